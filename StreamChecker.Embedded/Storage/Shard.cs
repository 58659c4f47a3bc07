using System.Threading.Channels;
using RocksDbSharp;
using StreamChecker.Embedded.Scripts;

namespace StreamChecker.Embedded.Storage;

/// <summary>
/// One thread and its partitions. It drains its queue into one batch, has the batch synced once, then answers all of it
/// (group commit). Transactions of one partition are serial by construction. Never an answer for what is not on disk.
/// </summary>
internal sealed class Shard : IDisposable
{
    private const int MaxBatch = 512;

    private readonly Channel<PartitionWork> queue;
    private readonly DocumentStorage storage;
    private readonly PartitionTransaction transaction;
    private readonly ProcedureEngines procedures;
    private readonly BatchOverlay overlay = new();
    private readonly WriteBatch batch = new();
    private readonly List<PartitionWork> answers = new(MaxBatch);
    private readonly Thread thread;

    public Shard(int number, DocumentStorage storage, EngineClock clock, EmbeddedOptions options)
    {
        this.storage = storage;
        transaction = new(storage, clock);
        procedures = new(clock, options.ScriptLimits);
        queue = Channel.CreateBounded<PartitionWork>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
        thread = new(Serve) { IsBackground = true, Name = $"shard {number}" };
        thread.Start();
    }

    /// <summary>How many pieces of work wait.</summary>
    public int QueueDepth => queue.Reader.Count;

    /// <summary>False where too many wait already.</summary>
    public bool TryAccept(PartitionWork work) => queue.Writer.TryWrite(work);

    /// <summary>Finishes what was accepted, then ends the thread.</summary>
    public void Dispose()
    {
        queue.Writer.TryComplete();
        thread.Join();
        batch.Dispose();
        procedures.Dispose();
    }

    private void Serve()
    {
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (answers.Count < MaxBatch && queue.Reader.TryRead(out var work))
            {
                Run(work);
            }

            Finish();
        }
    }

    private void Run(PartitionWork work)
    {
        transaction.Begin(work.Address, overlay);
        if (work.Run(transaction, procedures))
        {
            transaction.Commit(Commit);
        }
        else
        {
            transaction.Rollback();
        }

        answers.Add(work);
    }

    private void Commit(PartitionAddress address, string id, StoredDocument? document)
    {
        overlay.Set(address, id, document);
        if (document is null)
        {
            batch.Delete(address.KeyOf(id));
        }
        else
        {
            batch.Put(address.KeyOf(id), document.Value);
        }
    }

    private void Finish()
    {
        Exception? failure = null;
        if (!overlay.IsEmpty)
        {
            try
            {
                storage.Write(batch);
            }
            catch (Exception failed) when (failed is StorageFullException or StorageFailedException)
            {
                failure = failed;
            }

            batch.Clear();
            overlay.Clear();
        }

        foreach (var work in answers)
        {
            if (failure is null)
            {
                work.Answer();
            }
            else
            {
                work.Fail(failure);
            }
        }

        answers.Clear();
    }
}
