using System.Collections.Concurrent;

namespace StreamChecker.Reliability.Overload;

/// <summary>The durations of calls, by their outcome.</summary>
internal sealed class Latencies
{
    private readonly ConcurrentQueue<TimeSpan> taken = [];

    public int Count => taken.Count;

    public void Add(TimeSpan latency) => taken.Enqueue(latency);

    /// <summary>The latency that such a share of the calls kept below.</summary>
    public TimeSpan Percentile(double share)
    {
        var sorted = taken.Order().ToArray();
        return sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    public override string ToString() =>
        Count == 0 ? "(none)" : $"(p50 {Percentile(0.5).TotalMilliseconds:F1} ms, p99 {Percentile(0.99).TotalMilliseconds:F1} ms)";
}
