namespace InProcessCosmos.Scripts;

/// <summary>What one run of a stored procedure came to.</summary>
public abstract record ScriptOutcome
{
    /// <summary>How large a response may be.</summary>
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    private ScriptOutcome()
    {
    }

    /// <summary>What the script logged; null if the caller did not ask for it.</summary>
    public string? Log { get; init; }

    /// <summary>It ran to its end, and what it wrote is committed.</summary>
    /// <param name="Body">What it answered, as JSON; empty where what it set has none.</param>
    /// <param name="Charge">What it cost, in request units.</param>
    public sealed record Completed(ReadOnlyMemory<byte> Body, double Charge) : ScriptOutcome;

    /// <summary>It threw, and what it wrote is rolled back.</summary>
    /// <param name="Status">400, or what the script's limits make of it: 408 for its time, 403 for its statements and its memory.</param>
    /// <param name="Message">What it threw, as text.</param>
    public sealed record Failed(int Status, string Message) : ScriptOutcome
    {
        /// <summary>What Cosmos DB calls a script that does not compile.</summary>
        public const int CompileError = 65535;

        /// <summary>The number that the script gave its error; 0 where it gave none.</summary>
        public int Number { get; init; }

        /// <summary>Where in the script it was thrown; null where that is not known.</summary>
        public string? Trace { get; init; }

        internal static Failed OutOfTime(ScriptLimits limits) => new(408, $"The script ran longer than {limits.Time.TotalSeconds} seconds.");
    }
}
