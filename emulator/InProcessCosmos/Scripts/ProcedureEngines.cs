using InProcessCosmos.Documents;

namespace InProcessCosmos.Scripts;

/// <summary>A shard's kept script engines: one for every stored procedure that it has run lately.</summary>
internal sealed class ProcedureEngines(EngineClock clock, ScriptLimits limits) : IDisposable
{
    private const int MostKept = 64;

    private readonly Dictionary<(uint Container, string Id), Entry> kept = [];
    private long runs;

    public ScriptOutcome Run(Procedure procedure, PartitionTransaction transaction, ReadOnlySpan<byte> arguments, ScriptRequest request)
    {
        var key = (procedure.Container, procedure.Id);
        if (!kept.TryGetValue(key, out var entry) || entry.Etag != procedure.Etag)
        {
            Drop(key);
            DropOldest();
            kept[key] = entry = new(procedure.Etag, new(procedure.Body, clock, limits));
        }

        entry.LastRun = ++runs;
        try
        {
            return entry.Engine.Run(transaction, arguments, request);
        }
        catch (ScriptAbortedException aborted)
        {
            Drop(key);
            return aborted.Outcome;
        }
    }

    public void Dispose()
    {
        foreach (var entry in kept.Values)
        {
            entry.Engine.Dispose();
        }
    }

    private void Drop((uint Container, string Id) key)
    {
        if (kept.Remove(key, out var entry))
        {
            entry.Engine.Dispose();
        }
    }

    private void DropOldest()
    {
        if (kept.Count >= MostKept)
        {
            Drop(kept.MinBy(entry => entry.Value.LastRun).Key);
        }
    }

    private sealed class Entry(ulong etag, ProcedureEngine engine)
    {
        public ulong Etag => etag;

        public ProcedureEngine Engine => engine;

        public long LastRun { get; set; }
    }
}
