using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Comparison;

/// <summary>Who took part, with the versions of what it runs on.</summary>
internal sealed record ContenderFacts(string Key, string Name, string Version);

/// <summary>All that a comparison found.</summary>
internal sealed record ComparisonReport(
    CompareOptions Options,
    IReadOnlyList<ContenderFacts> Contenders,
    IReadOnlyList<string> Skipped,
    IReadOnlyList<Measurement> Measurements,
    IReadOnlyDictionary<string, int[]> Races,
    IReadOnlyList<string> WrongResponses)
{
    /// <summary>The median of the rounds; null where it was not measured.</summary>
    public ContenderFigures? Figures(string contender, int connections, MixKind mix, bool halfLoad = false)
    {
        var taken = Measurements.Where(m => m.Contender == contender && m.Connections == connections && m.Mix == mix && m.HalfLoad == halfLoad).ToList();
        return taken.Count == 0 ? null : new(
            Statistics.Median(taken.Select(m => m.Result.Throughput)),
            Statistics.Median(taken.Select(m => m.Result.P50)),
            Statistics.Median(taken.Select(m => m.Result.P99)),
            Statistics.Median(taken.Select(m => m.Result.P999)),
            Statistics.Median(taken.Select(m => m.Cpu)),
            taken.Min(m => m.Result.Throughput),
            taken.Max(m => m.Result.Throughput));
    }
}

/// <summary>Medians over the rounds: requests a second, latencies and processor time a request in microseconds.</summary>
internal sealed record ContenderFigures(double Throughput, double P50, double P99, double P999, double Cpu, double Least, double Most);

/// <summary>The little of statistics that is needed.</summary>
internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
