using InProcessCosmos.Documents;

namespace InProcessCosmos.Execution;

/// <summary>One operation on documents, as a transaction of its own.</summary>
internal sealed class DocumentWork<T>(PartitionAddress address, Func<PartitionTransaction, T> operation, CancellationToken cancellationToken)
    : AnsweredWork<T>(address, cancellationToken), IDocumentWork
{
    public bool Run(PartitionTransaction transaction)
    {
        try
        {
            Finish(operation(transaction));
            return true;
        }
#pragma warning disable CA1031 // Whatever one piece of work throws is its caller's; the shard lives on.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            Fail(thrown);
            return false;
        }
    }
}

/// <summary>Work that is done in a transaction.</summary>
internal interface IDocumentWork
{
    /// <summary>Does the work. True commits what it wrote; false rolls it back.</summary>
    bool Run(PartitionTransaction transaction);
}
