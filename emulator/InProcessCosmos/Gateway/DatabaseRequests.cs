using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary><c>/dbs</c>: create, read, list and delete databases.</summary>
internal sealed class DatabaseRequests(Catalog catalog, CatalogPaths paths, EngineClock clock)
{
    public GatewayResponse Answer(GatewayRequest request, ResourcePath path) => (request.Method, path.IsFeed) switch
    {
        ("GET", true) => CatalogFeed.Of(request, "", "Databases", catalog.Databases.Select(Write)),
        ("POST", true) when request.Says(CosmosHeaders.IsQuery) =>
            CatalogFeed.Of(request, "", "Databases", QueryBody.Read(request).Over(catalog.Databases.Select(Write))),
        ("POST", true) => Create(request),
        ("GET", false) => Read(paths.Database(path)),
        ("DELETE", false) => Delete(request, paths.Database(path)),
        _ => throw RefusedRequestException.NotSupported($"{request.Method} of databases is"),
    };

    private static GatewayResponse Read(Database database) => new GatewayResponse(200, Write(database)).WithEtag(database.Etag);

    private static ReadOnlyMemory<byte> Write(Database database) => Json.Object(json =>
    {
        var resource = ResourceLinks.DatabaseResource(database.Id);
        json.WriteString("id", database.Id);
        json.WriteString("_rid", resource);
        json.WriteString("_self", $"dbs/{resource}/");
        json.WriteString("_etag", PartitionTransaction.EtagText(database.Etag));
        json.WriteString("_colls", "colls/");
        json.WriteString("_users", "users/");
        json.WriteNumber("_ts", database.Timestamp);
    });

    private GatewayResponse Create(GatewayRequest request)
    {
        var id = ResourceId.Read(Json.ReadObject(request.Body));
        var database = catalog.Add(id, clock.Now()) ?? throw RefusedRequestException.Exists();
        return new GatewayResponse(201, Write(database)).WithEtag(database.Etag);
    }

    private GatewayResponse Delete(GatewayRequest request, Database database)
    {
        request.CheckMatch(database.Etag);
        catalog.Remove(database);
        return new(204);
    }
}
