namespace InProcessCosmos.Scripts;

/// <summary>The request that a script can read.</summary>
/// <param name="header">Returns a header's value; null if it is missing.</param>
internal sealed class ScriptRequest(Func<string, string?> header)
{
    private const string EnableLogging = "x-ms-documentdb-script-enable-logging";

    /// <summary>No request: the procedure is called through the engine.</summary>
    public static ScriptRequest None { get; } = new(_ => null);

    /// <summary>Whether the caller requests the output of <c>console.log</c>.</summary>
    public bool Logs { get; } = string.Equals(header(EnableLogging), "true", StringComparison.OrdinalIgnoreCase);

    public string? Header(string name) => header(name);
}
