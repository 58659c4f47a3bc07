namespace InProcessCosmos.Execution;

/// <summary>
/// Work items to complete. The thread pool completes them in small batches: queuing each item separately can cost more than its completion,
/// and completing all of them on one thread would delay the last one.
/// </summary>
internal sealed class CompletionBatch : IThreadPoolWorkItem
{
    public const int Size = 32;

    private readonly PartitionWorkItem[] items;
    private readonly Exception? failure;

    private CompletionBatch(PartitionWorkItem[] items, Exception? failure) => (this.items, this.failure) = (items, failure);

    /// <summary>Queues items for completion on the thread pool.</summary>
    public static void Queue(List<PartitionWorkItem> items, Exception? failure)
    {
        for (var queued = 0; queued < items.Count; queued += Size)
        {
            var some = items.GetRange(queued, Math.Min(Size, items.Count - queued));
            ThreadPool.UnsafeQueueUserWorkItem(new CompletionBatch([.. some], failure), preferLocal: false);
        }
    }

    public void Execute()
    {
        foreach (var item in items)
        {
            item.Complete(failure);
        }
    }
}
