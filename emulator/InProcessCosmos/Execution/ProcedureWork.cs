using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;

namespace InProcessCosmos.Execution;

/// <summary>One run of a stored procedure, as a transaction of its own.</summary>
internal sealed class ProcedureWork(
    PartitionAddress address, Procedure procedure, ReadOnlyMemory<byte> arguments, ScriptRequest request, CancellationToken cancellationToken)
    : AnsweredWork<ScriptOutcome>(address, cancellationToken)
{
    protected override (ScriptOutcome Answer, bool Commit) Do(PartitionTransaction transaction, ProcedureEngines procedures)
    {
        var outcome = procedures.Run(procedure, transaction, arguments.Span, request);
        return (outcome, outcome is ScriptOutcome.Completed);
    }
}
