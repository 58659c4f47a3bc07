namespace StreamChecker.Players;

/// <summary>
/// A token bucket for each stream, in the memory of this instance: a player may make ten calls at once and then one a second. A player
/// that is out of control costs the store nothing.
/// </summary>
internal sealed class PlayerRate(TimeProvider time)
{
    private const int Burst = 10;
    private const int MostStreams = 1_000_000;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // The time at which each bucket is full again. A bucket is full after ten seconds without a call, and need not be remembered.
    private readonly RecentValues<RecordKey, long> full = new(Burst * Period, MostStreams, time);

    /// <summary>Takes one call from the bucket. Returns the time until there is one, if it is empty.</summary>
    public TimeSpan? Take(StreamRecordId stream)
    {
        var now = time.GetUtcNow().UtcTicks;
        var before = full.Change(stream.Key, before => Wait(before, now) is null ? Math.Max(before, now) + Period.Ticks : before);
        return Wait(before, now);
    }

    private static TimeSpan? Wait(long full, long now)
    {
        var wait = full + Period.Ticks - now - (Burst * Period.Ticks);
        return wait > 0 ? TimeSpan.FromTicks(wait) : null;
    }
}
