using InProcessCosmos.Documents;

namespace InProcessCosmos.Scripts;

/// <summary>The cached script hosts of a shard: those of the stored procedures that it ran most recently.</summary>
internal sealed class ScriptHosts(ScriptLimits limits, TrustedProcedures trusted, V8Watchdog watchdog) : IDisposable
{
    private const int MostKept = 64;

    private readonly Dictionary<(uint Container, string Id), Entry> kept = [];
    private long runs;

    public ProcedureText TextOf(Procedure procedure) => EntryOf(procedure).Text;

    /// <summary>Whether a procedure's calls may run in batches, in V8.</summary>
    public bool RunsBatches(Procedure procedure) => EntryOf(procedure).RunsBatches;

    /// <summary>The host that runs a procedure: V8 for batches, Jint for one call at a time.</summary>
    public IScriptHost HostOf(Procedure procedure, Container container, bool batches, ScriptQuestion ask)
    {
        var entry = EntryOf(procedure);
        return batches
            ? entry.Batches ??= new V8Host(entry.Text, Environment(), ask, limits, watchdog)
            : entry.Single ??= new JintHost(entry.Text, Environment(), ask, limits);

        string Environment() => ScriptEnvironment.Write(container, limits, entry.Text);
    }

    /// <summary>Ends a host that must not be used again.</summary>
    public void Drop(IScriptHost host)
    {
        foreach (var entry in kept.Values)
        {
            entry.Single = entry.Single == host ? null : entry.Single;
            entry.Batches = entry.Batches == host ? null : entry.Batches;
        }

        host.Dispose();
    }

    public void Dispose()
    {
        foreach (var entry in kept.Values)
        {
            entry.Dispose();
        }

        kept.Clear();
    }

    private Entry EntryOf(Procedure procedure)
    {
        var key = (procedure.Container, procedure.Id);
        if (!kept.TryGetValue(key, out var entry) || entry.Etag != procedure.Etag)
        {
            Forget(key);
            if (kept.Count >= MostKept)
            {
                Forget(kept.MinBy(other => other.Value.LastRun).Key);
            }

            var text = ProcedureText.Of(procedure.Body);
            kept[key] = entry = new(procedure.Etag, text, !text.UsesPromises && trusted.Contains(procedure.Body) && V8Host.IsAvailable);
        }

        entry.LastRun = ++runs;
        return entry;
    }

    private void Forget((uint Container, string Id) key)
    {
        if (kept.Remove(key, out var entry))
        {
            entry.Dispose();
        }
    }

    private sealed class Entry(ulong etag, ProcedureText text, bool runsBatches) : IDisposable
    {
        public ulong Etag => etag;

        public ProcedureText Text => text;

        public bool RunsBatches => runsBatches;

        public IScriptHost? Single { get; set; }

        public IScriptHost? Batches { get; set; }

        public long LastRun { get; set; }

        public void Dispose()
        {
            Single?.Dispose();
            Batches?.Dispose();
        }
    }
}
