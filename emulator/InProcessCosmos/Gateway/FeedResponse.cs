using System.Globalization;
using InProcessCosmos.Documents;
using InProcessCosmos.Queries;

namespace InProcessCosmos.Gateway;

/// <summary>A page of resources or of a query's results.</summary>
internal static class FeedResponse
{
    private const int LargestPage = 1000;

    /// <summary>How many items the caller wants at most; -1, or nothing said, leaves it to the gateway.</summary>
    public static int PageSize(this GatewayRequest request) =>
        int.TryParse(request.Header(CosmosHeaders.MaxItemCount), CultureInfo.InvariantCulture, out var size) && size > 0
            ? Math.Min(size, LargestPage)
            : LargestPage;

    public static GatewayResponse Of(string owner, string name, IReadOnlyCollection<ReadOnlyMemory<byte>> items, string? continuation)
    {
        var body = Json.Object(json =>
        {
            json.WriteString("_rid", owner);
            json.WriteStartArray(name);
            foreach (var item in items)
            {
                json.WriteRawValue(item.Span, skipInputValidation: true);
            }

            json.WriteEndArray();
            json.WriteNumber("_count", items.Count);
        });
        return new GatewayResponse(200, body)
            .With(CosmosHeaders.ItemCount, items.Count.ToString(CultureInfo.InvariantCulture))
            .With(CosmosHeaders.Continuation, continuation)
            .Charge(RequestUnits.Query(body.Length));
    }
}

/// <summary>A page of what the catalog holds: databases, containers, stored procedures. They are few, so a page begins at a number.</summary>
internal static class CatalogPage
{
    public static GatewayResponse Of(GatewayRequest request, string owner, string name, IEnumerable<ReadOnlyMemory<byte>> resources)
    {
        var size = request.PageSize();
        var start = FeedPosition.Parse(request.Header(CosmosHeaders.Continuation)).Given;
        var items = resources.Skip(start).Take(size + 1).ToList();
        var more = items.Count > size;
        return FeedResponse.Of(owner, name, items[..Math.Min(size, items.Count)], more ? new FeedPosition(start + size, null).ToString() : null);
    }
}
