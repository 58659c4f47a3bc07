using StreamChecker.Embedded.Scripts;

namespace StreamChecker.Embedded.Storage;

/// <summary>Work that has an answer.</summary>
internal abstract class AnsweredWork<T>(PartitionAddress address, CancellationToken cancellationToken) : PartitionWork(address)
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? answer;
    private Exception? failure;

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
        if (batchFailure is not null)
        {
            completion.SetException(batchFailure);
        }
        else if (failure is OperationCanceledException)
        {
            completion.SetCanceled(cancellationToken);
        }
        else if (failure is not null)
        {
            completion.SetException(failure);
        }
        else
        {
            completion.SetResult(answer!);
        }
    }

    protected abstract (T Answer, bool Commit) Do(PartitionTransaction transaction, ProcedureEngines procedures);
}
