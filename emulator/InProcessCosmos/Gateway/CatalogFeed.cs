using System.Globalization;

namespace InProcessCosmos.Gateway;

/// <summary>A page of what the catalog holds: databases, containers, stored procedures. They are few, so a page begins at a number.</summary>
internal static class CatalogFeed
{
    public static GatewayResponse Of(GatewayRequest request, string owner, string name, IEnumerable<ReadOnlyMemory<byte>> resources)
    {
        var size = request.PageSize();
        var start = int.TryParse(request.Header(CosmosHeaders.Continuation), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;
        var items = resources.Skip(start).Take(size + 1).ToList();
        var more = items.Count > size;
        return FeedAnswer.Of(owner, name, items[..Math.Min(size, items.Count)], more ? (start + size).ToString(CultureInfo.InvariantCulture) : null);
    }
}
