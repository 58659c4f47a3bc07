using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;

namespace InProcessCosmos.Execution;

/// <summary>One run of a stored procedure, as a transaction of its own.</summary>
internal sealed class ProcedureWork : AnsweredWork<ScriptOutcome>
{
    public ProcedureWork(
        PartitionAddress address,
        Procedure procedure,
        ReadOnlyMemory<byte> arguments,
        ScriptRequest request,
        CancellationToken cancellationToken,
        ReadHint hint = default)
        : base(address, cancellationToken) =>
        (Procedure, Call) = (procedure, new(address, arguments, request, hint, this));

    public Procedure Procedure { get; }

    public ScriptCall Call { get; }

    public bool IsFinished { get; private set; }

    /// <summary>Takes over what the call has come to.</summary>
    public void Finish()
    {
        IsFinished = true;
        Finish(Call.Outcome!);
    }
}
