namespace StreamChecker.Server;

/// <summary>Marks a route that needs no key.</summary>
internal sealed class OpenToAll
{
    public static readonly OpenToAll Mark = new();

    /// <summary>Whether a request's route has the mark; false where no route fits.</summary>
    public static bool Marks(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null;
}
