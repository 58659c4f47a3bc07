using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>
/// The path of a request: kinds and ids in turn, as in <c>dbs/{id}/colls/{id}/docs</c>. It ends with an id, or, for all
/// of a kind, with the kind.
/// </summary>
internal sealed class ResourcePath
{
    private readonly string[] segments;

    private ResourcePath(string raw, string[] segments) => (Raw, this.segments) = (raw, segments);

    /// <summary>Still escaped, without slashes at its ends.</summary>
    public string Raw { get; }

    /// <summary>What the path is about, such as <c>docs</c>; empty for the account itself.</summary>
    public string Kind => segments.Length == 0 ? "" : segments[(segments.Length - 1) / 2 * 2];

    /// <summary>Whether it names all of a kind, and not one.</summary>
    public bool IsFeed => segments.Length % 2 == 1;

    /// <summary>The kinds alone, as in <c>dbs/colls/docs</c>.</summary>
    public string Shape => string.Join('/', segments.Where((_, index) => index % 2 == 0));

    public string Text => string.Join('/', segments);

    /// <summary>The id of the one that is named.</summary>
    public string Id => segments[^1];

    /// <param name="target">A request's path and query, still escaped.</param>
    public static ResourcePath Parse(string target)
    {
        // There are no query parameters: the .NET SDK sends the question mark of a document's id unescaped.
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var raw = (query < 0 || NamesDocument(target[..query]) ? target : target[..query]).Trim('/');
        return new(raw, raw.Length == 0 ? [] : Array.ConvertAll(raw.Split('/'), Uri.UnescapeDataString));
    }

    private static bool NamesDocument(string path) => path.TrimStart('/').Split('/') is ["dbs", _, "colls", _, "docs", _];

    /// <summary>The id that follows a kind; null where there is none.</summary>
    public string? IdOf(string kind)
    {
        for (var i = 0; i + 1 < segments.Length; i += 2)
        {
            if (segments[i] == kind)
            {
                return segments[i + 1];
            }
        }

        return null;
    }

    /// <summary>
    /// What the signature of a request may have been made over: the path of the one, or of what all of the kind belong
    /// to, by names, or the last of its resource ids alone in small letters.
    /// </summary>
    public IEnumerable<string> SignedLinks()
    {
        var named = IsFeed ? segments[..^1] : segments;
        yield return string.Join('/', named);
        yield return IsFeed ? Raw[..Math.Max(0, Raw.LastIndexOf('/'))] : Raw;
        if (named.Length > 0)
        {
            yield return named[^1].ToLowerInvariant();
        }
    }
}

/// <summary>What a path leads to, by names or by resource ids.</summary>
internal sealed class CatalogPaths(Catalog catalog)
{
    public Database Database(ResourcePath path) =>
        FindDatabase(path) ?? throw (path.Kind == "dbs" ? RejectedRequestException.NotFound() : RejectedRequestException.OwnerNotFound());

    public Container Container(ResourcePath path)
    {
        if (FindDatabase(path) is { } database && path.IdOf("colls") is { } id
            && (catalog.Container(database.Id, id) ?? catalog.Containers(database).FirstOrDefault(container => ResourceLinks.ContainerResource(container) == id)) is { } found)
        {
            return found;
        }

        throw path.Kind == "colls" ? RejectedRequestException.NotFound() : RejectedRequestException.OwnerNotFound();
    }

    public Procedure Procedure(Container container, ResourcePath path) =>
        catalog.Procedure(container, path.Id)
        ?? catalog.Procedures(container).FirstOrDefault(procedure => ResourceLinks.ProcedureResource(container, procedure) == path.Id)
        ?? throw RejectedRequestException.NotFound();

    private Database? FindDatabase(ResourcePath path) =>
        path.IdOf("dbs") is not { } id ? null
        : catalog.Database(id) ?? catalog.Databases.FirstOrDefault(database => ResourceLinks.DatabaseResource(database.Id) == id);
}
