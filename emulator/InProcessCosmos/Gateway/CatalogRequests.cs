using InProcessCosmos.Documents;
using InProcessCosmos.Queries;

namespace InProcessCosmos.Gateway;

/// <summary><c>/dbs</c>: create, read, list and delete databases.</summary>
internal sealed class DatabaseRequests(Catalog catalog, CatalogPaths paths, EngineClock clock)
{
    public GatewayResponse Handle(GatewayRequest request, ResourcePath path) => (request.Method, path.IsFeed) switch
    {
        ("GET", true) => CatalogPage.Of(request, "", "Databases", catalog.Databases.Select(Write)),
        ("POST", true) when request.Says(CosmosHeaders.IsQuery) =>
            CatalogPage.Of(request, "", "Databases", QueryBody.Read(request).Over(catalog.Databases.Select(Write))),
        ("POST", true) => Create(request),
        ("GET", false) => Read(paths.Database(path)),
        ("DELETE", false) => Delete(request, paths.Database(path)),
        _ => throw RejectedRequestException.NotSupported($"{request.Method} of databases is"),
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
        var id = IdRule.Read(Json.ReadObject(request.Body));
        var database = catalog.Add(id, clock.Now()) ?? throw RejectedRequestException.Exists();
        return new GatewayResponse(201, Write(database)).WithEtag(database.Etag);
    }

    private GatewayResponse Delete(GatewayRequest request, Database database)
    {
        request.CheckMatch(database.Etag);
        catalog.Remove(database);
        return new(204);
    }
}

/// <summary><c>/dbs/{id}/colls</c>: create, read, list, replace and delete containers.</summary>
internal sealed class ContainerRequests(Catalog catalog, CatalogPaths paths, EngineClock clock)
{
    public GatewayResponse Handle(GatewayRequest request, ResourcePath path) => (request.Method, path.IsFeed) switch
    {
        ("GET", true) => List(request, paths.Database(path), query: null),
        ("POST", true) when request.Says(CosmosHeaders.IsQuery) => List(request, paths.Database(path), QueryBody.Read(request)),
        ("POST", true) => Create(request, paths.Database(path)),
        ("GET", false) => Read(paths.Container(path)),
        ("PUT", false) => Replace(request, paths.Container(path)),
        ("DELETE", false) => Delete(request, paths.Container(path)),
        _ => throw RejectedRequestException.NotSupported($"{request.Method} of containers is"),
    };

    /// <summary>An index is never built; a client that waits for one reads that it is complete.</summary>
    private static GatewayResponse Read(Container container) =>
        new GatewayResponse(200, Write(container)).WithEtag(container.Etag).With(CosmosHeaders.IndexProgress, "100");

    private static ReadOnlyMemory<byte> Write(Container container) => Json.Object(json =>
    {
        var definition = container.Definition ?? ContainerDefinition.Of(container.Id, container.PartitionKeyPath, container.DefaultTimeToLive).Json;
        using var members = System.Text.Json.JsonDocument.Parse(definition);
        foreach (var member in members.RootElement.EnumerateObject())
        {
            member.WriteTo(json);
        }

        json.WriteString("_rid", ResourceLinks.ContainerResource(container));
        json.WriteNumber("_ts", container.Timestamp);
        json.WriteString("_self", container.SelfLink);
        json.WriteString("_etag", PartitionTransaction.EtagText(container.Etag));
        json.WriteString("_docs", "docs/");
        json.WriteString("_sprocs", "sprocs/");
        json.WriteString("_triggers", "triggers/");
        json.WriteString("_udfs", "udfs/");
        json.WriteString("_conflicts", "conflicts/");
    });

    private GatewayResponse List(GatewayRequest request, Database database, FeedQuery? query)
    {
        var containers = catalog.Containers(database).Select(Write);
        return CatalogPage.Of(request, ResourceLinks.DatabaseResource(database.Id), "DocumentCollections", query?.Over(containers) ?? containers);
    }

    private GatewayResponse Create(GatewayRequest request, Database database)
    {
        var definition = ContainerDefinition.Read(Json.ReadObject(request.Body));
        var container = catalog.Add(database.Id, definition.Id, definition.PartitionKeyPath, definition.DefaultTimeToLive, definition.Json, clock.Now())
            ?? throw RejectedRequestException.Exists();
        return new GatewayResponse(201, Write(container)).WithEtag(container.Etag);
    }

    private GatewayResponse Replace(GatewayRequest request, Container container)
    {
        var definition = ContainerDefinition.Read(Json.ReadObject(request.Body));
        request.CheckMatch(container.Etag);
        if (definition.Id != container.Id || definition.PartitionKeyPath != container.PartitionKeyPath)
        {
            throw RejectedRequestException.Malformed("The id and the partition key of a container cannot be changed.");
        }

        if (definition.DefaultTimeToLive != container.DefaultTimeToLive)
        {
            // The expiry of a document is fixed when the document is written.
            throw RejectedRequestException.NotSupported("Another 'defaultTtl' for a container that is there already is");
        }

        return Read(catalog.Redefine(container, definition.Json, clock.Now()));
    }

    private GatewayResponse Delete(GatewayRequest request, Container container)
    {
        request.CheckMatch(container.Etag);
        catalog.Remove(container);
        return new(204);
    }
}
