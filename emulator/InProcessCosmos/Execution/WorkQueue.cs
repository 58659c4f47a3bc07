using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace InProcessCosmos.Execution;

/// <summary>
/// A shard's queue: anybody adds, one thread takes. The thread is woken only where it sleeps, which under load it never does.
/// </summary>
internal sealed class WorkQueue(int capacity) : IDisposable
{
    private readonly ConcurrentQueue<PartitionWorkItem> works = new();
    private readonly AutoResetEvent wake = new(false);
    private int count;
    private int asleep;
    private volatile bool completed;

    public int Count => Volatile.Read(ref count);

    /// <summary>Whether the queue is empty and takes no more work.</summary>
    public bool IsFinished => completed && Count == 0;

    /// <summary>False where too many wait already.</summary>
    public bool TryAdd(PartitionWorkItem work)
    {
        // Counted first: a queue that is completed and has a count of zero gets no more work.
        if (Interlocked.Increment(ref count) > capacity || completed)
        {
            Interlocked.Decrement(ref count);
            return false;
        }

        works.Enqueue(work);
        Wake();
        return true;
    }

    /// <summary>Adds as many as there is room for, and wakes the thread once. Returns how many that are, from the first on.</summary>
    public int Add(IReadOnlyList<PartitionWorkItem> added)
    {
        var most = Interlocked.Add(ref count, added.Count);
        var room = completed ? 0 : Math.Clamp(capacity - (most - added.Count), 0, added.Count);
        Interlocked.Add(ref count, room - added.Count);
        for (var i = 0; i < room; i++)
        {
            works.Enqueue(added[i]);
        }

        Wake();
        return room;
    }

    public bool TryTake([MaybeNullWhen(false)] out PartitionWorkItem work)
    {
        if (!works.TryDequeue(out work))
        {
            return false;
        }

        Interlocked.Decrement(ref count);
        return true;
    }

    /// <summary>Wakes the thread that takes, where it sleeps.</summary>
    public void Wake()
    {
        // Between what the sleeper has to see and the look at whether it sleeps.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref asleep) == 1 && Interlocked.Exchange(ref asleep, 0) == 1)
        {
            wake.Set();
        }
    }

    /// <summary>Sleeps until it is woken, unless there is something to do.</summary>
    /// <param name="canProceed">Whether there is something to do beside what is in the queue.</param>
    /// <param name="busy">Whether that is all that counts: there is no room for more work.</param>
    public void SleepUnless(Func<bool> canProceed, bool busy = false)
    {
        Interlocked.Exchange(ref asleep, 1);
        if (completed || canProceed() || (!busy && Count > 0))
        {
            // Whoever was about to wake this thread may have done so by now; then its next sleep is a short one.
            Interlocked.Exchange(ref asleep, 0);
            return;
        }

        wake.WaitOne();
    }

    /// <summary>Takes no more.</summary>
    public void Complete()
    {
        completed = true;
        Wake();
    }

    public void Dispose() => wake.Dispose();
}
