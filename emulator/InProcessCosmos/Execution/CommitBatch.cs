using InProcessCosmos.Documents;

namespace InProcessCosmos.Execution;

/// <summary>The writes of several transactions of a shard, which become durable together, and the work items to complete then.</summary>
/// <param name="whenDone">Called when the batch is durable or has failed.</param>
internal sealed class CommitBatch(Action whenDone)
{
    private readonly List<(byte[] Key, byte[]? Value, int Number)> writes = [];
    private volatile bool isDone;

    /// <summary>The number of writes, including repeated writes of a document.</summary>
    public int WriteCount => writes.Count;

    public List<PartitionWorkItem> Items { get; } = [];

    /// <summary>The writes as later transactions see them before they are in the storage.</summary>
    public BatchOverlay Overlay { get; } = new();

    /// <summary>The reason why the batch failed; null if it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether the group commit has finished with it: all of it is in the storage, or nothing.</summary>
    public bool IsDone => isDone;

    public void Write(byte[] key, byte[]? value) => writes.Add((key, value, writes.Count));

    /// <summary>
    /// The last write of each document: a value, or null for a delete. In the order of the keys, which RocksDB inserts with fewer steps. If many
    /// calls write the same partition, these are far fewer than all writes.
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

    /// <summary>Completes it on the group commit's thread, which must not use it afterwards.</summary>
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
