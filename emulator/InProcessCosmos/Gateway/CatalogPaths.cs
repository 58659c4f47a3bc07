using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>What a path leads to, by names or by resource ids.</summary>
internal sealed class CatalogPaths(Catalog catalog)
{
    public Database Database(ResourcePath path) =>
        FindDatabase(path) ?? throw (path.Kind == "dbs" ? RefusedRequestException.NotFound() : RefusedRequestException.OwnerNotFound());

    public Container Container(ResourcePath path)
    {
        if (FindDatabase(path) is { } database && path.IdOf("colls") is { } id
            && (catalog.Container(database.Id, id) ?? catalog.Containers(database).FirstOrDefault(container => ResourceLinks.ContainerResource(container) == id)) is { } found)
        {
            return found;
        }

        throw path.Kind == "colls" ? RefusedRequestException.NotFound() : RefusedRequestException.OwnerNotFound();
    }

    public Procedure Procedure(Container container, ResourcePath path) =>
        catalog.Procedure(container, path.Id)
        ?? catalog.Procedures(container).FirstOrDefault(procedure => ResourceLinks.ProcedureResource(container, procedure) == path.Id)
        ?? throw RefusedRequestException.NotFound();

    private Database? FindDatabase(ResourcePath path) =>
        path.IdOf("dbs") is not { } id ? null
        : catalog.Database(id) ?? catalog.Databases.FirstOrDefault(database => ResourceLinks.DatabaseResource(database.Id) == id);
}
