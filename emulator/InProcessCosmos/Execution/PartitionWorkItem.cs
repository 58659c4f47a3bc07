using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;

namespace InProcessCosmos.Execution;

/// <summary>Work in one partition, done as one transaction and completed when it is durable.</summary>
internal abstract class PartitionWorkItem(PartitionAddress address)
{
    public PartitionAddress Address => address;

    /// <summary>Whether the caller still waits for it. If not, it completes as cancelled.</summary>
    public abstract bool IsWanted();

    /// <summary>Completes the work with its result, or with the failure of its batch.</summary>
    public abstract void Complete(Exception? batchFailure);
}

/// <summary>Work that has a result.</summary>
/// <remarks>Continuations run inline on the completing thread, so complete only on a thread-pool thread.</remarks>
internal abstract class PartitionWorkItem<T> : PartitionWorkItem
{
    private readonly TaskCompletionSource<T> completion = new();
    private readonly CancellationToken cancellationToken;
    private readonly CancellationTokenRegistration abandonment;
    private T? result;
    private Exception? failure;

    protected PartitionWorkItem(PartitionAddress address, CancellationToken cancellationToken)
        : base(address)
    {
        this.cancellationToken = cancellationToken;
        abandonment = cancellationToken.UnsafeRegister(static work => ((PartitionWorkItem<T>)work!).Abandon(), this);
    }

    /// <summary>The result. It is cancelled when the caller abandons the call, but the work may still be done.</summary>
    public Task<T> Completion => completion.Task;

    /// <summary>Whether the caller still waits for it. If not, it completes as cancelled.</summary>
    public sealed override bool IsWanted()
    {
        if (cancellationToken.IsCancellationRequested)
        {
            failure = new OperationCanceledException(cancellationToken);
        }

        return failure is null;
    }

    public sealed override void Complete(Exception? batchFailure)
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
            completion.TrySetResult(result!);
        }
    }

    /// <summary>Sets the result, which is published when the batch is durable.</summary>
    protected void Finish(T given) => result = given;

    /// <summary>Sets the failure.</summary>
    public void Fail(Exception thrown) => failure = thrown;

    private void Abandon() => ThreadPool.UnsafeQueueUserWorkItem(
        static work => work.completion.TrySetCanceled(work.cancellationToken), this, preferLocal: false);
}

/// <summary>One operation on documents, as its own transaction.</summary>
internal sealed class DocumentWorkItem<T>(PartitionAddress address, Func<PartitionTransaction, T> operation, CancellationToken cancellationToken)
    : PartitionWorkItem<T>(address, cancellationToken), IDocumentWorkItem
{
    public bool Run(PartitionTransaction transaction)
    {
        try
        {
            Finish(operation(transaction));
            return true;
        }
#pragma warning disable CA1031 // An exception is the outcome of this work item; the shard continues.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            Fail(thrown);
            return false;
        }
    }
}

/// <summary>Work that is done in a transaction.</summary>
internal interface IDocumentWorkItem
{
    /// <summary>Does the work. Returns true to commit its writes, false to roll them back.</summary>
    bool Run(PartitionTransaction transaction);
}

/// <summary>One run of a stored procedure, as its own transaction.</summary>
internal sealed class ProcedureWorkItem : PartitionWorkItem<ScriptOutcome>
{
    public ProcedureWorkItem(
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

    /// <summary>Sets the outcome of the call as the result.</summary>
    public void Finish()
    {
        IsFinished = true;
        Finish(Call.Outcome!);
    }
}
