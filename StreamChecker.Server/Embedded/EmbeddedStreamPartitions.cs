using System.Diagnostics.CodeAnalysis;
using InProcessCosmos.Disk;
using InProcessCosmos.Execution;
using InProcessCosmos.Scripts;
using StreamChecker.Http;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Server.Embedded;

/// <summary>The users' partitions on this machine: the same stored procedure, run by the embedded engine.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle has nothing to dispose, and results may still be pending when the host ends.")]
internal sealed class EmbeddedStreamPartitions : IStreamPartitions
{
    /// <summary>The number of commands of bulk calls that are in the engine's queue at a time.</summary>
    public const int MostQueuedInBulk = BulkCallsAtOnce * BodyReader.MaxIds;

    private const int BulkCallsAtOnce = 2;

    /// <summary>The number of bulk calls that wait for their turn. Each counts as a request, so more would leave too little room for single ones.</summary>
    private const int MostWaiting = 64;

    private static readonly TimeSpan RetryAfterFull = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turns = new(BulkCallsAtOnce);
    private readonly DocumentEngine engine;
    private readonly EngineProcedure procedure;
    private int waiting;

    /// <param name="engine">The engine.</param>
    /// <param name="body">The text of the stored procedure.</param>
    public EmbeddedStreamPartitions(DocumentEngine engine, string body)
    {
        this.engine = engine;
        procedure = engine.EnsureProcedure(
            StreamsContainer.Database, StreamsContainer.Id, StreamsContainer.PartitionKeyPath, defaultTimeToLive: -1, StreamsProcedure.Id, body);
    }

    public Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken) =>
        ReadAsync(engine.TryExecute(procedure, command.UserId, StreamsProcedure.Arguments(command), HintOf(command), cancellationToken));

    /// <summary>Hands all commands over to the engine at once, when it is their turn.</summary>
    public IReadOnlyList<Task<PartitionResult>> ExecuteMany(IReadOnlyList<StreamCommand> commands, CancellationToken cancellationToken)
    {
        var queued = QueueInTurnAsync(commands, cancellationToken);
        return [.. Enumerable.Range(0, commands.Count).Select(async index => await (await queued)[index].WaitAsync(cancellationToken))];
    }

    /// <summary>The store is ready if writes reach the disk.</summary>
    public async Task<StoreReadiness> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await engine.ProbeAsync(cancellationToken) switch
            {
                null => new StoreReadiness.Ready(),
                StorageUnavailableException unavailable => new StoreReadiness.NotReady(unavailable.Explain()),
                var failure => throw failure,
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new StoreReadiness.NotReady("A synced write to the data folder did not end in time.");
        }
    }

    /// <summary>Returns the pending results once the commands are in the engine's queue.</summary>
    private async Task<Task<PartitionResult>[]> QueueInTurnAsync(IReadOnlyList<StreamCommand> commands, CancellationToken cancellationToken)
    {
        (string, ReadOnlyMemory<byte>, ReadHint)[] calls = [.. commands.Select(command => (command.UserId, (ReadOnlyMemory<byte>)StreamsProcedure.Arguments(command), HintOf(command)))];
        if (!await TakeTurnAsync(cancellationToken))
        {
            return [.. Enumerable.Repeat(Task.FromResult<PartitionResult>(new PartitionResult.Throttled(RetryAfterFull)), calls.Length)];
        }

        // A turn ends when the engine has completed the commands, even if the caller has cancelled.
        Task<PartitionResult>[] results = [.. engine.TryExecuteMany(procedure, calls, CancellationToken.None).Select(ReadAsync)];
        _ = Task.WhenAll(results.AsEnumerable<Task>()).ContinueWith(
            _ => turns.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return results;
    }

    /// <summary>Returns false if too many wait, or the wait was cancelled: nothing was queued.</summary>
    private async Task<bool> TakeTurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref waiting) > MostWaiting)
            {
                return false;
            }

            await turns.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <param name="running">The execution; null if the engine's queue is full.</param>
    private static async Task<PartitionResult> ReadAsync(Task<ScriptOutcome>? running)
    {
        if (running is null)
        {
            return new PartitionResult.Throttled(RetryAfterFull);
        }

        try
        {
            return await running switch
            {
                ScriptOutcome.Completed completed => new PartitionResult.Committed(StreamsProcedure.ReadReply(completed.Body.Span)),
                ScriptOutcome.Failed failed => StreamsProcedure.ReadError(failed.Message),
                var outcome => throw new InvalidOperationException($"{outcome} has no result."),
            };
        }
        catch (StorageUnavailableException unavailable)
        {
            return new PartitionResult.Unwritable(unavailable.Explain(), RetryAfterFull);
        }
    }

    /// <summary>What the procedure reads for a command.</summary>
    private static ReadHint HintOf(StreamCommand command) => command switch
    {
        StartCommand or StopAllCommand or ListCommand or ExportCommand or EraseCommand => ReadHint.WholePartition,
        RenewCommand { Relaxed: null } renew => ReadHint.Documents(renew.Key),
        RenewCommand renew => ReadHint.Documents(new([renew.Key, StreamsContainer.UserDocument])),
        StopCommand stop => ReadHint.Documents(stop.Key),
        SetLimitCommand or ForgetCommand => ReadHint.Documents(StreamsContainer.UserDocument),
        _ => ReadHint.None,
    };
}
