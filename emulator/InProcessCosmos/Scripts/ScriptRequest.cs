namespace InProcessCosmos.Scripts;

/// <summary>The request that a stored procedure is run for, as the script may look at it.</summary>
/// <param name="header">Gives a header's value; null where the header is missing.</param>
internal sealed class ScriptRequest(Func<string, string?> header)
{
    private const string EnableLogging = "x-ms-documentdb-script-enable-logging";

    /// <summary>No request at all: the engine runs the procedure by itself.</summary>
    public static ScriptRequest None { get; } = new(_ => null);

    /// <summary>Whether what the script logs is wanted.</summary>
    public bool Logs { get; } = string.Equals(header(EnableLogging), "true", StringComparison.OrdinalIgnoreCase);

    public string? Header(string name) => header(name);
}
