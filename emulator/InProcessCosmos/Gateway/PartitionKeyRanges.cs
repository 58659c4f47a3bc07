using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary><c>pkranges</c>: every container is one physical partition, for ever. Clients ask again until they get a 304.</summary>
internal static class PartitionKeyRanges
{
    private const string Etag = "\"0\"";

    public static GatewayResponse Of(GatewayRequest request, Container container)
    {
        if (request.Header(CosmosHeaders.IfNoneMatch) == Etag)
        {
            return new GatewayResponse(304).With(CosmosHeaders.Etag, Etag);
        }

        var range = Json.Object(json =>
        {
            json.WriteString("_rid", ResourceLinks.RangeResource(container));
            json.WriteString("id", "0");
            json.WriteString("_etag", Etag);
            json.WriteString("minInclusive", "");
            json.WriteString("maxExclusive", "FF");
            json.WriteNumber("ridPrefix", 0);
            json.WriteString("_self", $"{container.SelfLink}pkranges/{ResourceLinks.RangeResource(container)}/");
            json.WriteNumber("throughputFraction", 1);
            json.WriteString("status", "online");
            json.WriteStartArray("parents");
            json.WriteEndArray();
            json.WriteNumber("_ts", container.Timestamp);
        });
        return FeedAnswer.Of(ResourceLinks.ContainerResource(container), "PartitionKeyRanges", [range], continuation: null)
            .With(CosmosHeaders.Etag, Etag);
    }
}
