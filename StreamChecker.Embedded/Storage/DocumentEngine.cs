using Microsoft.Extensions.Logging;

namespace StreamChecker.Embedded.Storage;

/// <summary>
/// Documents in containers on this machine, as Cosmos DB keeps them: every logical partition belongs to one shard, which
/// runs its transactions one after the other.
/// </summary>
internal sealed partial class DocumentEngine : IAsyncDisposable
{
    private readonly DocumentStorage storage;
    private readonly GroupCommit commit;
    private readonly Shard[] shards;
    private readonly ExpirySweep sweep;

    private DocumentEngine(string path, EmbeddedOptions options, TimeProvider time, ILogger logger)
    {
        Path = path;
        storage = DocumentStorage.Open(path, failure => End(logger, failure));
        commit = new(storage);
        Clock = new(time, logger);
        Catalog = new(storage);
        Clock.NotBefore(Catalog.LatestTime);
        shards = new Shard[options.Shards > 0 ? options.Shards : Math.Max(1, Environment.ProcessorCount / 2)];
        for (var i = 0; i < shards.Length; i++)
        {
            shards[i] = new(i, storage, commit, Clock, options);
        }

        sweep = new(this, storage, options.SweepInterval, time, logger);
    }

    /// <summary>The data folder.</summary>
    public string Path { get; }

    public EngineClock Clock { get; }

    public Catalog Catalog { get; }

    /// <summary>How many pieces of work wait in all shards.</summary>
    public int QueueDepth => shards.Sum(shard => shard.QueueDepth);

    /// <summary>How often the log was synced, by the storage's own counter.</summary>
    public long Syncs => storage.Syncs;

    /// <summary>Opens the data folder.</summary>
    /// <exception cref="DataFolderException">It cannot be used; the message is one line that says why.</exception>
    public static DocumentEngine Open(EmbeddedOptions options, TimeProvider time, ILogger logger) => new(
        DataFolder.Prepare(options.DataPath is { Length: > 0 } path ? path : DataFolder.DefaultPath()), options, time, logger);

    /// <summary>Runs work in its partition. Null where the partition's shard has too much to do already.</summary>
    public Task<T>? TryRun<T>(AnsweredWork<T> work) => shards[work.Address.Hash % (ulong)shards.Length].TryAccept(work) ? work.Completion : null;

    /// <summary>Removes from disk what has outlived its <c>ttl</c> by now.</summary>
    public Task<int> SweepAsync(CancellationToken cancellationToken) => sweep.RunAsync(cancellationToken);

    /// <summary>Finishes what was accepted, then closes the data folder.</summary>
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

        try
        {
            Catalog.RememberTime(Clock.Now());
        }
        catch (StorageUnavailableException)
        {
            // The scripts keep time by their documents, too.
        }

        storage.Flush();
        storage.Dispose();
    }

    /// <summary>After a failed sync nobody can say what is on disk. Only a new process that reads the disk can.</summary>
    private static void End(ILogger logger, Exception failure)
    {
        LogFatal(logger, failure.Message);
        Environment.FailFast($"Stream Checker ends: a write to the data folder failed, and what is on disk is not known: {failure.Message}");
    }

    [LoggerMessage(10, LogLevel.Critical, "A write to the data folder failed; the process ends: {Reason}")]
    private static partial void LogFatal(ILogger logger, string reason);
}
