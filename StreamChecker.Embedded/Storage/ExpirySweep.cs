using Microsoft.Extensions.Logging;

namespace StreamChecker.Embedded.Storage;

/// <summary>
/// Removes documents that have outlived their <c>ttl</c>. They were invisible already; this gives their room back. It
/// reads along the whole disk now and then, so that no write has to keep an index of expiry times.
/// </summary>
internal sealed partial class ExpirySweep : IAsyncDisposable
{
    private readonly DocumentEngine engine;
    private readonly DocumentStorage storage;
    private readonly ILogger logger;
    private readonly CancellationTokenSource ending = new();
    private readonly Task loop;

    public ExpirySweep(DocumentEngine engine, DocumentStorage storage, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        this.engine = engine;
        this.storage = storage;
        this.logger = logger;
        loop = Task.Run(() => LoopAsync(interval, time));
    }

    /// <summary>Removes what has expired by now, and returns how many documents that were.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        var now = engine.Clock.Now();
        foreach (var key in storage.KeysWhere(PartitionAddress.DocumentKind, value => StoredDocument.HasExpired(value, now)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (PartitionAddress.Parse(key, engine.Catalog.Container) is var (address, id))
            {
                removed += await RemoveAsync(address, id, cancellationToken);
            }
        }

        engine.Catalog.RememberTime(now);
        return removed;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await loop;
        ending.Dispose();
    }

    private async Task<int> RemoveAsync(PartitionAddress address, string id, CancellationToken cancellationToken)
    {
        var work = new DocumentWork<bool>(address, transaction => transaction.Purge(id), cancellationToken);
        while (true)
        {
            if (engine.TryRun(work, cancellationToken) is { } done)
            {
                return await done ? 1 : 0;
            }

            // The users come first: the shard is busy, and this can wait.
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }

    private async Task LoopAsync(TimeSpan interval, TimeProvider time)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                try
                {
                    var removed = await RunAsync(ending.Token);
                    LogSwept(removed);
                }
                catch (StorageFullException full)
                {
                    LogPutOff(full.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    [LoggerMessage(20, LogLevel.Debug, "The sweep removed {Count} documents")]
    private partial void LogSwept(int count);

    [LoggerMessage(21, LogLevel.Warning, "The sweep was put off: {Reason}")]
    private partial void LogPutOff(string reason);
}
