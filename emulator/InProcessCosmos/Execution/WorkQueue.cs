using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace InProcessCosmos.Execution;

/// <summary>
/// A shard's queue, with many producers and one consumer. The consumer is woken only if it sleeps, which it rarely does under load.
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

    /// <summary>Returns false if the queue is full.</summary>
    public bool TryAdd(PartitionWorkItem work)
    {
        // Incremented first, so that a completed queue with a count of zero never gets more work.
        if (Interlocked.Increment(ref count) > capacity || completed)
        {
            Interlocked.Decrement(ref count);
            return false;
        }

        works.Enqueue(work);
        Wake();
        return true;
    }

    /// <summary>Adds as many items as fit, and wakes the consumer once. Returns the number of added items, counted from the first.</summary>
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

    /// <summary>Wakes the consumer if it sleeps.</summary>
    public void Wake()
    {
        // Orders the preceding writes, which the consumer must see, before the check whether it sleeps.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref asleep) == 1 && Interlocked.Exchange(ref asleep, 0) == 1)
        {
            wake.Set();
        }
    }

    /// <summary>Sleeps until it is woken, unless there is work.</summary>
    /// <param name="canProceed">Whether there is work other than that in the queue.</param>
    /// <param name="busy">Whether to ignore the queue, because there is no room for more work.</param>
    public void SleepUnless(Func<bool> canProceed, bool busy = false)
    {
        Interlocked.Exchange(ref asleep, 1);
        if (completed || canProceed() || (!busy && Count > 0))
        {
            // A concurrent Wake may already have set the event; then the next sleep ends immediately.
            Interlocked.Exchange(ref asleep, 0);
            return;
        }

        wake.WaitOne();
    }

    /// <summary>Closes the queue for new items.</summary>
    public void Complete()
    {
        completed = true;
        Wake();
    }

    public void Dispose() => wake.Dispose();
}
