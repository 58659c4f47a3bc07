using System.Diagnostics;
using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.RocksDb;
using Microsoft.Extensions.Logging;

namespace InProcessCosmos.Execution;

/// <summary>
/// Deletes documents whose <c>ttl</c> has expired. They are already invisible; this frees their space. It periodically reads all documents, so
/// that writes do not have to maintain an index of expiry times.
/// </summary>
internal sealed partial class ExpirySweep : IAsyncDisposable
{
    private const int MostVisited = 4096;
    private const int MostRemoved = 256;

    /// <summary>After each step, the sweep rests for this many times as long as the step took: requests are more urgent.</summary>
    private const int Rest = 4;

    private const int LeastToCompact = 4096;

    private readonly DocumentEngine engine;
    private readonly DocumentStorage storage;
    private readonly ILogger logger;
    private readonly CancellationTokenSource ending = new();
    private readonly Lock compacting = new();
    private readonly Task loop;
    private long removedSinceCompaction;

    public ExpirySweep(DocumentEngine engine, DocumentStorage storage, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        this.engine = engine;
        this.storage = storage;
        this.logger = logger;
        loop = Task.Run(() => LoopAsync(interval, time));
    }

    /// <summary>Deletes the expired documents, and returns their number.</summary>
    public Task<int> RunAsync(CancellationToken cancellationToken) => RunAsync(rest: 0, cancellationToken);

    private async Task<int> RunAsync(int rest, CancellationToken cancellationToken)
    {
        var (removed, visited) = (0, 0L);
        var now = engine.Clock.Now();
        List<byte[]> expired = [];
        byte[]? last = [PartitionAddress.DocumentKind];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            last = storage.Visit(last, MostVisited, (key, value) =>
            {
                visited++;
                if (StoredDocument.HasExpired(value, now))
                {
                    expired.Add(key.ToArray());
                }

                return expired.Count < MostRemoved;
            });
            removed += (await Task.WhenAll(expired.Select(key => RemoveAsync(key, cancellationToken)))).Count(gone => gone);
            expired.Clear();
            if (last is null)
            {
                break;
            }

            await Task.Delay(Stopwatch.GetElapsedTime(began) * rest, cancellationToken);
        }

        engine.Catalog.RememberTime(now);
        GiveRoomBack(removed, visited - removed);
        return removed;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await loop;
        ending.Dispose();
    }

    /// <summary>
    /// Deleted documents occupy space until a compaction, which RocksDB may never start if little is written. So the data is compacted when more
    /// documents were deleted than are left: the size of the folder follows the live documents, for one additional write of them.
    /// </summary>
    private void GiveRoomBack(int removed, long left)
    {
        lock (compacting)
        {
            removedSinceCompaction += removed;
            if (removedSinceCompaction >= Math.Max(LeastToCompact, left))
            {
                storage.Compact(PartitionAddress.DocumentKind);
                removedSinceCompaction = 0;
            }
        }
    }

    private async Task<bool> RemoveAsync(byte[] key, CancellationToken cancellationToken)
    {
        if (PartitionAddress.Parse(key, engine.Catalog.Container) is not var (address, id))
        {
            return false;
        }

        var work = new DocumentWorkItem<bool>(address, transaction => transaction.Purge(id), cancellationToken);
        while (true)
        {
            if (engine.TryRun(work) is { } done)
            {
                return await done;
            }

            // The queue is full: requests are more urgent.
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
                    var removed = await RunAsync(Rest, ending.Token);
                    LogSwept(removed);
                }
                catch (StorageUnavailableException full)
                {
                    LogPutOff(full.Message);
                }
                catch (RocksDbException damage)
                {
                    LogFailed(damage);
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

    [LoggerMessage(22, LogLevel.Error, "The sweep cannot read the data folder")]
    private partial void LogFailed(Exception damage);
}
