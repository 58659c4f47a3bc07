using InProcessCosmos.Documents;
using InProcessCosmos.Queries;

namespace InProcessCosmos.Gateway;

/// <summary><c>/dbs/{id}/colls</c>: create, read, list, replace and delete containers.</summary>
internal sealed class ContainerRequests(Catalog catalog, CatalogPaths paths, EngineClock clock)
{
    public GatewayResponse Answer(GatewayRequest request, ResourcePath path) => (request.Method, path.IsFeed) switch
    {
        ("GET", true) => List(request, paths.Database(path), query: null),
        ("POST", true) when request.Says(CosmosHeaders.IsQuery) => List(request, paths.Database(path), QueryBody.Read(request)),
        ("POST", true) => Create(request, paths.Database(path)),
        ("GET", false) => Read(paths.Container(path)),
        ("PUT", false) => Replace(request, paths.Container(path)),
        ("DELETE", false) => Delete(request, paths.Container(path)),
        _ => throw RefusedRequestException.NotSupported($"{request.Method} of containers is"),
    };

    private static GatewayResponse Read(Container container) => new GatewayResponse(200, Write(container)).WithEtag(container.Etag);

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
        return CatalogFeed.Of(request, ResourceLinks.DatabaseResource(database.Id), "DocumentCollections", query?.Over(containers) ?? containers);
    }

    private GatewayResponse Create(GatewayRequest request, Database database)
    {
        var definition = ContainerDefinition.Read(Json.ReadObject(request.Body));
        var container = catalog.Add(database.Id, definition.Id, definition.PartitionKeyPath, definition.DefaultTimeToLive, definition.Json, clock.Now())
            ?? throw RefusedRequestException.Exists();
        return new GatewayResponse(201, Write(container)).WithEtag(container.Etag);
    }

    private GatewayResponse Replace(GatewayRequest request, Container container)
    {
        var definition = ContainerDefinition.Read(Json.ReadObject(request.Body));
        request.CheckMatch(container.Etag);
        if (definition.Id != container.Id || definition.PartitionKeyPath != container.PartitionKeyPath)
        {
            throw RefusedRequestException.Malformed("The id and the partition key of a container cannot be changed.");
        }

        if (definition.DefaultTimeToLive != container.DefaultTimeToLive)
        {
            // When a document expires is settled when it is written.
            throw RefusedRequestException.NotSupported("Another 'defaultTtl' for a container that is there already is");
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
