using System.Globalization;
using StreamChecker.Benchmarks.Comparison;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Reports;

/// <summary>What the design asks for, and whether a run has it.</summary>
internal static class Targets
{
    public static ResultsTable Of(ComparisonReport report)
    {
        double? Throughput(string contender, MixKind mix) => report.Figures(contender, mix)?.Throughput;
        double? P99(string contender) => report.Figures(contender, MixKind.Starts, halfLoad: true)?.P99;

        return new("Targets", ["", "wanted", "measured", ""],
        [
            Row("durable starts, to Redis with appendfsync always", "at least 1.50", Throughput("ours", MixKind.Starts) / Throughput("redis", MixKind.Starts), ratio => ratio >= 1.5),
            Row("durable starts, to Kestrel alone", "at least 0.70", Throughput("ours", MixKind.Starts) / Throughput("ceiling", MixKind.Starts), ratio => ratio >= 0.7),
            Row("p99 at half load, to Kestrel alone at its own", "at most 2.00", P99("ours") / P99("ceiling"), ratio => ratio <= 2),
            Row("refusals, to starts", "at least 1.00", Throughput("ours", MixKind.Refusals) / Throughput("ours", MixKind.Starts), ratio => ratio >= 1),
        ]);
    }

    public static string[] Row(string name, string wanted, double? measured, Func<double, bool> isMet) => measured is { } value
        ? [name, wanted, value.ToString("N2", CultureInfo.InvariantCulture), isMet(value) ? "met" : "**not met**"]
        : [name, wanted, "not measured", ""];
}
