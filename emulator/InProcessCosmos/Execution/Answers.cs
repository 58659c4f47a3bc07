namespace InProcessCosmos.Execution;

/// <summary>
/// Answers that are due. The thread pool gives them a few at a time: to hand it each one by itself costs more than many
/// an answer, and to give them all on one thread would keep the last one waiting.
/// </summary>
internal sealed class Answers : IThreadPoolWorkItem
{
    public const int AtATime = 32;

    private readonly PartitionWork[] works;
    private readonly Exception? failure;

    private Answers(PartitionWork[] works, Exception? failure) => (this.works, this.failure) = (works, failure);

    /// <summary>Has all the work answered, soon, by threads of the pool.</summary>
    public static void Give(List<PartitionWork> works, Exception? failure)
    {
        for (var given = 0; given < works.Count; given += AtATime)
        {
            var some = works.GetRange(given, Math.Min(AtATime, works.Count - given));
            ThreadPool.UnsafeQueueUserWorkItem(new Answers([.. some], failure), preferLocal: false);
        }
    }

    public void Execute()
    {
        foreach (var work in works)
        {
            work.Answer(failure);
        }
    }
}
