using StreamChecker.Embedded.Storage;

namespace StreamChecker.Embedded.Scripts;

/// <summary>A shard's kept script engines: one for every stored procedure that it has run.</summary>
internal sealed class ProcedureEngines(EngineClock clock, ScriptLimits limits) : IDisposable
{
    private readonly Dictionary<(uint Container, string Id), (ulong Etag, ProcedureEngine Engine)> kept = [];

    public ScriptOutcome Run(Procedure procedure, PartitionTransaction transaction, ReadOnlySpan<byte> arguments)
    {
        var key = (procedure.Container, procedure.Id);
        if (!kept.TryGetValue(key, out var entry) || entry.Etag != procedure.Etag)
        {
            entry.Engine?.Dispose();
            kept[key] = entry = (procedure.Etag, new ProcedureEngine(procedure.Body, clock, limits));
        }

        try
        {
            return entry.Engine.Run(transaction, arguments);
        }
        catch (ScriptAbortedException aborted)
        {
            kept.Remove(key);
            entry.Engine.Dispose();
            return new ScriptOutcome.Failed(aborted.Status, aborted.Message);
        }
    }

    public void Dispose()
    {
        foreach (var (_, engine) in kept.Values)
        {
            engine.Dispose();
        }
    }
}
