using Microsoft.Extensions.Time.Testing;

namespace StreamChecker.Reliability.Histories;

/// <summary>The database's clock, which any caller can move, and every moment that it has shown.</summary>
internal sealed class HistoryClock
{
    private readonly Lock moving = new();
    private readonly List<long> shown = [];
    private readonly FakeTimeProvider time;

    public HistoryClock(FakeTimeProvider time)
    {
        this.time = time;
        shown.Add(time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>How many values it has shown: a mark for <see cref="Since"/>.</summary>
    public int Mark
    {
        get
        {
            lock (moving)
            {
                return shown.Count - 1;
            }
        }
    }

    public long Now
    {
        get
        {
            lock (moving)
            {
                return shown[^1];
            }
        }
    }

    /// <summary>Moves it to a moment, unless that has passed.</summary>
    public void MoveTo(long moment)
    {
        lock (moving)
        {
            if (moment > shown[^1])
            {
                time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(moment));
                shown.Add(moment);
            }
        }
    }

    /// <summary>What it has shown from a mark on, in order.</summary>
    public IReadOnlyList<long> Since(int mark)
    {
        lock (moving)
        {
            return shown[mark..];
        }
    }
}
