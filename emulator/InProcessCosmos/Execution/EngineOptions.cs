using InProcessCosmos.Scripts;

namespace InProcessCosmos.Execution;

/// <summary>The settings of an engine.</summary>
public sealed class EngineOptions
{
    /// <summary>The data folder, which is created if it is missing. Only one process can open it.</summary>
    public required string DataPath { get; set; }

    /// <summary>
    /// The number of threads that run transactions; every logical partition belongs to one of them. 0, the default, is one thread for
    /// two processors: the work around a transaction is about as much as the transaction, and more threads would alternate.
    /// </summary>
    public int Shards { get; set; }

    /// <summary>The maximum number of transactions that wait for each thread; the engine rejects more.</summary>
    public int QueueLength { get; set; } = 1024;

    /// <summary>The interval at which documents past their <c>ttl</c> are removed from disk.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The limits of one stored procedure call.</summary>
    public ScriptLimits ScriptLimits { get; set; } = new();

    /// <summary>Whether <see cref="DocumentEngine.Syncs"/> is counted, at a cost for every write.</summary>
    internal bool CountSyncs { get; set; }
}
