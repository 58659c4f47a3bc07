namespace StreamChecker.Embedded.Storage;

/// <summary>The engine's time, in milliseconds since the epoch. It never goes back, whatever the machine's clock does.</summary>
internal sealed class EngineClock(TimeProvider time)
{
    private long latest;

    public long Now()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        while (true)
        {
            var seen = Volatile.Read(ref latest);
            if (now <= seen)
            {
                return seen;
            }

            if (Interlocked.CompareExchange(ref latest, now, seen) == seen)
            {
                return now;
            }
        }
    }

    /// <summary>Takes up a time that was reached in an earlier life.</summary>
    public void NotBefore(long moment) => latest = Math.Max(latest, moment);
}
