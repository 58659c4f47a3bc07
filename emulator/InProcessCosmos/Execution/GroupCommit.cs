using InProcessCosmos.Disk;
using InProcessCosmos.RocksDb;

namespace InProcessCosmos.Execution;

/// <summary>
/// The thread that makes the writes of all shards durable, as one log record with one sync, and then completes their work items. Meanwhile the
/// shards run their next transactions. Nothing is completed before it is durable.
/// </summary>
/// <remarks>A record is synced before the next one is written, so that a crash never leaves a complete record after a torn one.</remarks>
internal sealed class GroupCommit : IDisposable
{
    private const long Never = long.MinValue;

    private readonly DocumentStorage storage;
    private readonly TimeProvider time;
    private readonly Lock handing = new();
    private readonly AutoResetEvent handed = new(false);
    private readonly List<PartitionWorkItem> completing = [];
    private readonly Thread thread;
    private List<CommitBatch> waiting = [];
    private List<CommitBatch> taken = [];
    private bool ending;

    // The time when the last batch became durable; never, if it failed.
    private long succeededAt = Never;

    public GroupCommit(DocumentStorage storage, TimeProvider time)
    {
        (this.storage, this.time) = (storage, time);
        thread = new(Serve) { IsBackground = true, Name = "group commit" };
        thread.Start();
    }

    /// <summary>Takes a batch. The caller must not use it until it is done.</summary>
    public void Take(CommitBatch batch)
    {
        lock (handing)
        {
            waiting.Add(batch);
        }

        handed.Set();
    }

    /// <summary>Whether the last batch became durable, within a time span.</summary>
    public bool HasSucceededWithin(TimeSpan span) =>
        Volatile.Read(ref succeededAt) is not Never and var timestamp && time.GetElapsedTime(timestamp) < span;

    /// <summary>Completes the batches that were taken, then ends the thread.</summary>
    public void Dispose()
    {
        lock (handing)
        {
            ending = true;
        }

        handed.Set();
        thread.Join();
        handed.Dispose();
    }

    private void Serve()
    {
        using var batch = new WriteBatch();
        while (true)
        {
            bool isLast;
            lock (handing)
            {
                (waiting, taken) = (taken, waiting);
                isLast = ending;
            }

            if (taken.Count > 0)
            {
                Commit(batch);
            }
            else if (isLast)
            {
                return;
            }
            else
            {
                handed.WaitOne();
            }
        }
    }

    private void Commit(WriteBatch batch)
    {
        foreach (var one in taken)
        {
            completing.AddRange(one.Items);
            foreach (var (key, value) in one.LastWrites())
            {
                if (value is null)
                {
                    batch.Delete(key);
                }
                else
                {
                    batch.Put(key, value);
                }
            }
        }

        var failure = Write(batch);
        batch.Clear();
        Volatile.Write(ref succeededAt, failure is null ? time.GetTimestamp() : Never);

        // The shards first, so that they can pass their next batches while this thread queues the completions.
        foreach (var one in taken)
        {
            one.Done(failure);
        }

        taken.Clear();
        CompletionBatch.Queue(completing, failure);
        completing.Clear();
    }

    private Exception? Write(WriteBatch batch)
    {
        try
        {
            storage.Write(batch);
            return null;
        }
        catch (Exception failed) when (failed is StorageUnavailableException or StorageFailedException)
        {
            return failed;
        }
    }
}
