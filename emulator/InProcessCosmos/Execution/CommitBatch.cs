using InProcessCosmos.Documents;

namespace InProcessCosmos.Execution;

/// <summary>What a shard's transactions have written, to be on disk as one, and the work items to complete then.</summary>
/// <param name="whenDone">Called when it is on disk, or has failed.</param>
internal sealed class CommitBatch(Action whenDone)
{
    private readonly List<(byte[] Key, byte[]? Value, int Number)> writes = [];
    private volatile bool isDone;

    /// <summary>How many documents were written, each as often as it was.</summary>
    public int WriteCount => writes.Count;

    public List<PartitionWorkItem> Items { get; } = [];

    /// <summary>What later transactions see of it before it is in the storage.</summary>
    public BatchOverlay Overlay { get; } = new();

    /// <summary>Why it is not on disk; null where it is.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether the group commit is done with it: then it is in the storage, or nowhere.</summary>
    public bool IsDone => isDone;

    public void Write(byte[] key, byte[]? value) => writes.Add((key, value, writes.Count));

    /// <summary>
    /// What each document comes to: a value, or null for a deleted one. In the order of the keys, which RocksDB inserts with fewer
    /// steps; and of a partition that many calls write, much less than they have written.
    /// </summary>
    public IEnumerable<(byte[] Key, byte[]? Value)> LastWrites()
    {
        writes.Sort(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key) is var order and not 0 ? order : a.Number - b.Number);
        for (var i = 0; i < writes.Count; i++)
        {
            if (i + 1 == writes.Count || !writes[i].Key.AsSpan().SequenceEqual(writes[i + 1].Key))
            {
                yield return (writes[i].Key, writes[i].Value);
            }
        }
    }

    /// <summary>Ends it, on the group commit's thread, which must not touch it afterwards.</summary>
    public void Done(Exception? failure)
    {
        Failure = failure;
        isDone = true;
        whenDone();
    }

    public void Clear()
    {
        writes.Clear();
        Items.Clear();
        Overlay.Clear();
        Failure = null;
        isDone = false;
    }
}
