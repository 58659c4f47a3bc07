using InProcessCosmos.Documents;

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

    /// <summary>Whether the work is still wanted. Where it is not, that is its answer.</summary>
    public sealed override bool IsWanted()
    {
        if (cancellationToken.IsCancellationRequested)
        {
            failure = new OperationCanceledException(cancellationToken);
        }

        return failure is null;
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

    /// <summary>Says what the work has come to, for when it is on disk.</summary>
    protected void Finish(T given) => answer = given;

    /// <summary>Says why it has come to nothing.</summary>
    public void Fail(Exception thrown) => failure = thrown;

    private void Abandon() => ThreadPool.UnsafeQueueUserWorkItem(
        static work => work.completion.TrySetCanceled(work.cancellationToken), this, preferLocal: false);
}
