using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace StreamChecker;

/// <summary>
/// Remembers a value for each key, in memory and within bounds: for at least <paramref name="least"/> after it was last set and at most twice
/// as long, and, of more than <paramref name="most"/> keys, the recent ones.
/// </summary>
internal sealed class RecentValues<TKey, TValue>(TimeSpan least, int most, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock aging = new();
    private volatile Generations generations = new([], [], time.GetTimestamp());

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var (current, previous, _) = Current();
        return current.TryGetValue(key, out value) || previous.TryGetValue(key, out value);
    }

    public void Set(TKey key, TValue value)
    {
        var current = Current();
        if (current.New.TryAdd(key, value))
        {
            current.Added();
        }
        else
        {
            current.New[key] = value;
        }
    }

    /// <summary>Changes a value atomically, the default value if there is none. Returns the value before.</summary>
    public TValue? Change(TKey key, Func<TValue?, TValue> change)
    {
        while (true)
        {
            var current = Current();
            if (current.New.TryGetValue(key, out var before))
            {
                if (current.New.TryUpdate(key, change(before), before))
                {
                    return before;
                }
            }
            else
            {
                current.Old.TryGetValue(key, out before);
                if (current.New.TryAdd(key, change(before)))
                {
                    current.Added();
                    return before;
                }
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (aging)
        {
            generations = new([], [], time.GetTimestamp());
        }
    }

    private Generations Current()
    {
        var current = generations;
        if (!IsOver(current))
        {
            return current;
        }

        lock (aging)
        {
            if (IsOver(generations))
            {
                generations = new([], time.GetElapsedTime(generations.Began) < 2 * least ? generations.New : [], time.GetTimestamp());
            }

            return generations;
        }
    }

    private bool IsOver(Generations current) => current.Count >= most || time.GetElapsedTime(current.Began) >= least;

    private sealed record Generations(ConcurrentDictionary<TKey, TValue> New, ConcurrentDictionary<TKey, TValue> Old, long Began)
    {
        private int count;

        // The dictionary's own count takes all its locks.
        public int Count => Volatile.Read(ref count);

        public void Added() => Interlocked.Increment(ref count);
    }
}
