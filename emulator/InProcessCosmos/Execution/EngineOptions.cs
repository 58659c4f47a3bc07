using InProcessCosmos.Scripts;

namespace InProcessCosmos.Execution;

/// <summary>The settings of an engine.</summary>
public sealed class EngineOptions
{
    /// <summary>The folder of the data, created if missing. One process at a time has it open.</summary>
    public required string DataPath { get; set; }

    /// <summary>
    /// The number of threads that run transactions; every logical partition belongs to one of them. 0, the default, is one for two
    /// processors: there is about as much to do around a transaction as in it, and threads that take turns cost more.
    /// </summary>
    public int Shards { get; set; }

    /// <summary>How many transactions may wait for each of the threads before the engine rejects more.</summary>
    public int QueueLength { get; set; } = 1024;

    /// <summary>The interval at which documents past their <c>ttl</c> are removed from disk.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The limits of one stored procedure call.</summary>
    public ScriptLimits ScriptLimits { get; set; } = new();

    /// <summary>Whether <see cref="DocumentEngine.Syncs"/> is counted, at a cost for every write.</summary>
    internal bool CountSyncs { get; set; }
}
