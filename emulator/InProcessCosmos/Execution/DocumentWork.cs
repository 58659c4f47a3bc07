using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;

namespace InProcessCosmos.Execution;

/// <summary>One operation on documents, as a transaction of its own.</summary>
internal sealed class DocumentWork<T>(PartitionAddress address, Func<PartitionTransaction, T> operation, CancellationToken cancellationToken)
    : AnsweredWork<T>(address, cancellationToken)
{
    protected override (T Answer, bool Commit) Do(PartitionTransaction transaction, ProcedureEngines procedures) =>
        (operation(transaction), true);
}
