using InProcessCosmos.Documents;

namespace InProcessCosmos.Execution;

/// <summary>What a shard's transactions have written, to be on disk as one, and the work items to complete then.</summary>
/// <param name="whenDone">Called when it is on disk, or has failed.</param>
internal sealed class CommitBatch(Action whenDone)
{
    private volatile bool isDone;

    public List<(byte[] Key, byte[]? Value)> Writes { get; } = [];

    public List<PartitionWorkItem> Items { get; } = [];

    /// <summary>What later transactions see of it before it is in the storage.</summary>
    public BatchOverlay Overlay { get; } = new();

    /// <summary>Why it is not on disk; null where it is.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether the group commit is done with it: then it is in the storage, or nowhere.</summary>
    public bool IsDone => isDone;

    /// <summary>Ends it, on the group commit's thread, which must not touch it afterwards.</summary>
    public void Done(Exception? failure)
    {
        Failure = failure;
        isDone = true;
        whenDone();
    }

    public void Clear()
    {
        Writes.Clear();
        Items.Clear();
        Overlay.Clear();
        Failure = null;
        isDone = false;
    }
}
