namespace StreamChecker.Server;

/// <summary>Marks a route that needs no key.</summary>
internal sealed class OpenToAll
{
    public static readonly OpenToAll Mark = new();
}
