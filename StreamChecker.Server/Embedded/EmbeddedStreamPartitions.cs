using InProcessCosmos.Disk;
using InProcessCosmos.Execution;
using InProcessCosmos.Scripts;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Server.Embedded;

/// <summary>The users' partitions on this machine: the same stored procedure, run by the embedded engine.</summary>
internal sealed class EmbeddedStreamPartitions : IStreamPartitions, IDisposable
{
    /// <summary>How many bulk calls, of 500 commands at most, are in the engine's queue. They fit there next to as many single calls as there can be.</summary>
    private const int BulkCallsAtOnce = 2;

    private static readonly TimeSpan RetryAfterFull = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turns = new(BulkCallsAtOnce);
    private readonly DocumentEngine engine;
    private readonly EngineProcedure procedure;

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
        var results = ExecuteInTurnAsync(commands, cancellationToken);
        return [.. Enumerable.Range(0, commands.Count).Select(async index => await (await results)[index])];
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

    public void Dispose() => turns.Dispose();

    private async Task<Task<PartitionResult>[]> ExecuteInTurnAsync(IReadOnlyList<StreamCommand> commands, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            var calls = commands.Select(command => (command.UserId, (ReadOnlyMemory<byte>)StreamsProcedure.Arguments(command), HintOf(command)));
            Task<PartitionResult>[] results = [.. engine.TryExecuteMany(procedure, [.. calls], cancellationToken).Select(ReadAsync)];
            await Task.WhenAll(results.AsEnumerable<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return results;
        }
        finally
        {
            turns.Release();
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
