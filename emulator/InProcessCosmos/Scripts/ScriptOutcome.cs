namespace InProcessCosmos.Scripts;

/// <summary>The outcome of one run of a stored procedure.</summary>
public abstract record ScriptOutcome
{
    /// <summary>The maximum size of a response, in bytes.</summary>
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    private ScriptOutcome()
    {
    }

    /// <summary>The output of <c>console.log</c>; null if the caller did not request it.</summary>
    public string? Log { get; init; }

    /// <summary>The script completed; its writes are committed.</summary>
    /// <param name="Body">The response body as JSON; empty if the value has no JSON.</param>
    /// <param name="Charge">The request charge, in request units.</param>
    public sealed record Completed(ReadOnlyMemory<byte> Body, double Charge) : ScriptOutcome;

    /// <summary>The script threw or was aborted; its writes are rolled back.</summary>
    /// <param name="Status">400 for an exception, 408 for the time limit, 403 for the limits of statements and memory.</param>
    /// <param name="Message">The error as text.</param>
    public sealed record Failed(int Status, string Message) : ScriptOutcome
    {
        /// <summary>The sub-status of a script that does not compile.</summary>
        public const int CompileError = 65535;

        /// <summary>The number of the error; 0 if it has none.</summary>
        public int Number { get; init; }

        /// <summary>The stack trace within the script; null if it is unknown.</summary>
        public string? Trace { get; init; }

        internal static Failed OutOfTime(ScriptLimits limits) => new(408, $"The script ran longer than {limits.Time.TotalSeconds} seconds.");
    }
}
