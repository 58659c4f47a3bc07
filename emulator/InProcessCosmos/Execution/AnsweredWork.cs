using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;

namespace InProcessCosmos.Execution;

/// <summary>Work that has an answer.</summary>
/// <remarks>Whoever waits for the answer goes on where it is given: that must be a thread of the pool.</remarks>
internal abstract class AnsweredWork<T> : PartitionWork
{
    private readonly TaskCompletionSource<T> completion = new();
    private readonly CancellationToken cancellationToken;
    private readonly CancellationTokenRegistration abandonment;
    private T? answer;
    private Exception? failure;

    protected AnsweredWork(PartitionAddress address, CancellationToken cancellationToken)
        : base(address)
    {
        this.cancellationToken = cancellationToken;
        abandonment = cancellationToken.UnsafeRegister(static work => ((AnsweredWork<T>)work!).Abandon(), this);
    }

    /// <summary>The answer; it is cancelled when nobody wants it any more, though the work may still be done.</summary>
    public Task<T> Completion => completion.Task;

    public sealed override bool Run(PartitionTransaction transaction, ProcedureEngines procedures)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            (answer, var commit) = Do(transaction, procedures);
            return commit;
        }
#pragma warning disable CA1031 // Whatever one piece of work throws is its caller's; the shard lives on.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            failure = thrown;
            return false;
        }
    }

    public sealed override void Answer(Exception? batchFailure)
    {
        abandonment.Dispose();
        if (batchFailure is not null)
        {
            completion.TrySetException(batchFailure);
        }
        else if (failure is OperationCanceledException)
        {
            completion.TrySetCanceled(cancellationToken);
        }
        else if (failure is not null)
        {
            completion.TrySetException(failure);
        }
        else
        {
            completion.TrySetResult(answer!);
        }
    }

    protected abstract (T Answer, bool Commit) Do(PartitionTransaction transaction, ProcedureEngines procedures);

    private void Abandon() => ThreadPool.UnsafeQueueUserWorkItem(
        static work => work.completion.TrySetCanceled(work.cancellationToken), this, preferLocal: false);
}
