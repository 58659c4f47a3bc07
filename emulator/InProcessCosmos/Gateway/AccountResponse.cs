using System.Text;
using System.Text.Json;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>The account: one region, which is this gateway, with session consistency.</summary>
internal static class AccountResponse
{
    private const string QueryEngine =
        """{"maxSqlQueryInputLength":262144,"maxJoinsPerSqlQuery":5,"maxLogicalAndPerSqlQuery":500,"maxLogicalOrPerSqlQuery":500,"maxUdfRefPerSqlQuery":10,"maxInExpressionItemsCount":16000,"sqlAllowTop":true,"sqlAllowSubQuery":false,"sqlAllowScalarSubQuery":false,"sqlAllowLike":true,"sqlAllowGroupByClause":false,"sqlAllowAggregateFunctions":true,"sqlDisableOptimizationFlags":0,"queryMaxInMemorySortDocumentCount":-500,"queryMaxGroupByTableCellCount":500000,"enableSpatialIndexing":false,"allowNewKeywords":true}""";

    public static GatewayResponse Of(Uri endpoint) => new(200, Json.Object(json =>
    {
        json.WriteString("_self", "");
        json.WriteString("id", "in-process");
        json.WriteString("_rid", "in-process");
        json.WriteString("media", "//media/");
        json.WriteString("addresses", "//addresses/");
        json.WriteString("_dbs", "//dbs/");
        Region(json, "writableLocations", endpoint);
        Region(json, "readableLocations", endpoint);
        json.WriteBoolean("enableMultipleWriteLocations", false);
        Replicas(json, "userReplicationPolicy");
        json.WriteStartObject("userConsistencyPolicy");
        json.WriteString("defaultConsistencyLevel", "Session");
        json.WriteEndObject();
        Replicas(json, "systemReplicationPolicy");
        json.WriteStartObject("readPolicy");
        json.WriteNumber("primaryReadCoefficient", 1);
        json.WriteNumber("secondaryReadCoefficient", 1);
        json.WriteEndObject();
        json.WriteString("queryEngineConfiguration", QueryEngine);
    }));

    private static void Region(Utf8JsonWriter json, string name, Uri endpoint)
    {
        json.WriteStartArray(name);
        json.WriteStartObject();
        json.WriteString("name", "Here");
        json.WriteString("databaseAccountEndpoint", endpoint.GetLeftPart(UriPartial.Authority) + "/");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Replicas(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("asyncReplication", false);
        json.WriteNumber("minReplicaSetSize", 1);
        json.WriteNumber("maxReplicasetSize", 1);
        json.WriteEndObject();
    }
}

/// <summary><c>/offers</c>: no throughput is provisioned for anything here, so there are none.</summary>
internal static class OfferResponse
{
    public static GatewayResponse Of(GatewayRequest request, ResourcePath path) => (request.Method, path.IsFeed) switch
    {
        ("GET", true) => FeedResponse.Of("", "Offers", [], continuation: null),
        ("POST", true) when request.Says(CosmosHeaders.IsQuery) => FeedResponse.Of("", "Offers", [], continuation: null),
        _ => throw RejectedRequestException.NotSupported("Provisioned throughput (offers) is"),
    };
}

/// <summary><c>pkranges</c>: every container is one physical partition, indefinitely. Clients ask again until they get a 304.</summary>
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
        return FeedResponse.Of(ResourceLinks.ContainerResource(container), "PartitionKeyRanges", [range], continuation: null)
            .With(CosmosHeaders.Etag, Etag);
    }
}

/// <summary>
/// How a client is to run a query: by sending it as it is. A container is one physical partition here, so there is
/// nothing for a client to merge, sort or sum up.
/// </summary>
internal static class QueryPlanResponse
{
    private const string SendAsIs =
        """{"partitionedQueryExecutionInfoVersion":2,"queryInfo":{"distinctType":"None","top":null,"offset":null,"limit":null,"orderBy":[],"orderByExpressions":[],"groupByExpressions":[],"groupByAliases":[],"aggregates":[],"groupByAliasToAggregateType":{},"rewrittenQuery":"","hasSelectValue":false,"hasNonStreamingOrderBy":false},"queryRanges":[{"min":"","max":"FF","isMinInclusive":true,"isMaxInclusive":false}]}""";

    /// <exception cref="Queries.FeedQueryException">The query is malformed, or asks for something that is not supported.</exception>
    public static GatewayResponse Of(GatewayRequest request)
    {
        QueryBody.Read(request);
        return new(200, Encoding.UTF8.GetBytes(SendAsIs));
    }
}
