using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InProcessCosmos.Execution;

/// <summary>
/// A document database on this machine with the data model of Cosmos DB. Every logical partition belongs to one shard, which runs its
/// transactions one after the other.
/// </summary>
public sealed partial class DocumentEngine : IAsyncDisposable
{
    private readonly DocumentStorage storage;
    private readonly GroupCommit commit;
    private readonly WriteProbe writes;
    private readonly V8Watchdog watchdog = new();
    private readonly Shard[] shards;
    private readonly ExpirySweep sweep;

    private DocumentEngine(string path, EngineOptions options, TimeProvider time, ILogger logger)
    {
        Path = path;
        storage = DocumentStorage.Open(path, PartitionAddress.PrefixLength, failure => End(logger, failure), options.CountSyncs);
        commit = new(storage, time);
        writes = new(commit);
        Clock = new(time, logger);
        Catalog = new(storage);
        Clock.NotBefore(Catalog.LatestTime);
        shards = new Shard[options.Shards > 0 ? options.Shards : Math.Max(1, Environment.ProcessorCount / 2)];
        for (var i = 0; i < shards.Length; i++)
        {
            shards[i] = new(i, storage, commit, Clock, Trusted, watchdog, options);
        }

        sweep = new(this, storage, options.SweepInterval, time, logger);
    }

    /// <summary>The data folder.</summary>
    public string Path { get; }

    internal EngineClock Clock { get; }

    internal Catalog Catalog { get; }

    /// <summary>The procedures that are part of the program.</summary>
    internal TrustedProcedures Trusted { get; } = new();

    /// <summary>The number of work items in the queues of all shards.</summary>
    public int QueueDepth => shards.Sum(shard => shard.QueueDepth);

    /// <summary>The number of syncs of the log, by RocksDB's own counter; only with <see cref="EngineOptions.CountSyncs"/>.</summary>
    internal long Syncs => storage.Syncs;

    /// <summary>Opens the data folder.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="time">The machine's clock; the system's by default.</param>
    /// <param name="logger">The log for operators; none by default.</param>
    /// <exception cref="DataFolderException">The folder is not usable; the message is one line with the reason.</exception>
    public static DocumentEngine Open(EngineOptions options, TimeProvider? time = null, ILogger? logger = null) => new(
        DataFolder.Prepare(options.DataPath), options, time ?? TimeProvider.System, logger ?? NullLogger.Instance);

    /// <summary>
    /// Creates a database, a container and a stored procedure if they do not exist, and replaces a procedure with another text. The text is
    /// trusted: it may run in V8, which is fast, but in which a script that exhausts the memory ends the process.
    /// </summary>
    /// <param name="database">The id of the database.</param>
    /// <param name="container">The id of the container.</param>
    /// <param name="partitionKeyPath">The path of the partition key of a new container, such as <c>/userId</c>.</param>
    /// <param name="defaultTimeToLive">The time to live of a new container, in seconds: null for none, -1 for documents that have one of their own.</param>
    /// <param name="id">The id of the stored procedure.</param>
    /// <param name="body">Its text: a JavaScript function.</param>
    /// <exception cref="StorageUnavailableException">The data folder takes no writes at the moment.</exception>
    public EngineProcedure EnsureProcedure(
        string database, string container, string partitionKeyPath, int? defaultTimeToLive, string id, string body)
    {
        Trusted.Add(body);
        var made = Catalog.Ensure(database, container, partitionKeyPath, defaultTimeToLive, Clock.Now());
        return new(made, Catalog.Ensure(made, id, body, Clock.Now()));
    }

    /// <summary>
    /// Calls a stored procedure as one transaction. The task completes when its writes are durable; it fails with
    /// <see cref="StorageUnavailableException"/> if nothing was written.
    /// </summary>
    /// <param name="procedure">The procedure.</param>
    /// <param name="partitionKey">The value of the partition key.</param>
    /// <param name="arguments">The arguments: a JSON array in UTF-8.</param>
    /// <param name="hint">The documents that the call is expected to read.</param>
    /// <param name="cancellationToken">Cancels the wait. The call may still take effect.</param>
    /// <returns>Null if the queue is full; nothing was done.</returns>
    public Task<ScriptOutcome>? TryExecute(
        EngineProcedure procedure, string partitionKey, ReadOnlyMemory<byte> arguments, ReadHint hint, CancellationToken cancellationToken) =>
        TryRun(new ProcedureWorkItem(
            PartitionAddress.Of(procedure.Container, PartitionKeyText.Of(partitionKey)), procedure.Procedure, arguments, ScriptRequest.None, cancellationToken, hint));

    /// <summary>
    /// Calls a stored procedure many times, each as its own transaction. All calls of a shard are queued at once, which costs much less than one
    /// by one. Calls in one partition run in their order.
    /// </summary>
    /// <param name="procedure">The procedure.</param>
    /// <param name="calls">The calls.</param>
    /// <param name="cancellationToken">Cancels the wait. The calls may still take effect.</param>
    /// <returns>The outcome of each call, as for <see cref="TryExecute"/>: null if the queue was full.</returns>
    public Task<ScriptOutcome>?[] TryExecuteMany(
        EngineProcedure procedure, IReadOnlyList<(string PartitionKey, ReadOnlyMemory<byte> Arguments, ReadHint Hint)> calls, CancellationToken cancellationToken)
    {
        var outcomes = new Task<ScriptOutcome>?[calls.Count];
        var waiting = new List<(int Index, ProcedureWorkItem Work)>[shards.Length];
        for (var i = 0; i < calls.Count; i++)
        {
            var (partitionKey, arguments, hint) = calls[i];
            var work = new ProcedureWorkItem(
                PartitionAddress.Of(procedure.Container, PartitionKeyText.Of(partitionKey)), procedure.Procedure, arguments, ScriptRequest.None, cancellationToken, hint);
            (waiting[ShardOf(work)] ??= []).Add((i, work));
        }

        for (var shard = 0; shard < shards.Length; shard++)
        {
            if (waiting[shard] is not { } works)
            {
                continue;
            }

            var accepted = shards[shard].Accept(works.ConvertAll<PartitionWorkItem>(one => one.Work));
            foreach (var (index, work) in works[..accepted])
            {
                outcomes[index] = work.Completion;
            }
        }

        return outcomes;
    }

    /// <summary>Queues a work item for its partition. Returns null if the shard's queue is full.</summary>
    internal Task<T>? TryRun<T>(PartitionWorkItem<T> work) => shards[ShardOf(work)].TryAccept(work) ? work.Completion : null;

    /// <summary>Checks that writes are durable. Returns null if they are, otherwise the failure.</summary>
    public Task<Exception?> ProbeAsync(CancellationToken cancellationToken) => writes.RunAsync(cancellationToken);

    /// <summary>Removes the documents whose <c>ttl</c> has expired.</summary>
    public Task<int> SweepAsync(CancellationToken cancellationToken) => sweep.RunAsync(cancellationToken);

    /// <summary>Completes the accepted work, then closes the data folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await sweep.DisposeAsync();
        foreach (var shard in shards)
        {
            shard.Stop();
        }

        commit.Dispose();
        foreach (var shard in shards)
        {
            shard.Dispose();
        }

        watchdog.Dispose();

        try
        {
            Catalog.RememberTime(Clock.Now());
        }
        catch (StorageUnavailableException)
        {
            // Not essential: scripts also take the time from their documents.
        }

        storage.Flush();
        storage.Dispose();
    }

    private int ShardOf(PartitionWorkItem work) => (int)(work.Address.Hash % (ulong)shards.Length);

    /// <summary>After a failed sync it is unknown which writes are durable. Only a new process that reads the disk can find out.</summary>
    private static void End(ILogger logger, Exception failure)
    {
        LogFatal(logger, failure.Message);
        Environment.FailFast($"The process ends: a write to the data folder failed, and what is on disk is not known: {failure.Message}");
    }

    [LoggerMessage(10, LogLevel.Critical, "A write to the data folder failed; the process ends: {Reason}")]
    private static partial void LogFatal(ILogger logger, string reason);
}
