using StreamChecker.Embedded.Storage;

namespace StreamChecker.Embedded.Scripts;

/// <summary>One run of a stored procedure, as a transaction of its own.</summary>
internal sealed class ProcedureWork(PartitionAddress address, Procedure procedure, ReadOnlyMemory<byte> arguments, CancellationToken cancellationToken)
    : AnsweredWork<ScriptOutcome>(address, cancellationToken)
{
    protected override (ScriptOutcome Answer, bool Commit) Do(PartitionTransaction transaction, ProcedureEngines procedures)
    {
        var outcome = procedures.Run(procedure, transaction, arguments.Span);
        return (outcome, outcome is ScriptOutcome.Completed);
    }
}
