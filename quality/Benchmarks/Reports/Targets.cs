using System.Globalization;
using StreamChecker.Benchmarks.Comparison;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Reports;

/// <summary>What the design asks for, and whether a run has it.</summary>
internal static class Targets
{
    public static ResultsTable Of(ComparisonReport report, int connections)
    {
        ContenderFigures? Figures(string contender, MixKind mix, bool halfLoad = false) => report.Figures(contender, connections, mix, halfLoad);
        double? ToRedis(MixKind mix) => Figures("ours", mix)?.Throughput / Figures("redis", mix)?.Throughput;

        return new($"Targets ({connections} connections)", ["", "wanted", "measured", ""],
        [
            Row("durable starts, to Redis with appendfsync always", "at least 1.30", ToRedis(MixKind.Starts), ratio => ratio >= 1.3),
            Row("rejected starts, to Redis", "at least 1.30", ToRedis(MixKind.Rejections), ratio => ratio >= 1.3),
            Row("heartbeats, to Redis", "at least 1.30", ToRedis(MixKind.Heartbeats), ratio => ratio >= 1.3),
            Row("one hot user, to Redis", "at least 1.00", ToRedis(MixKind.HotUser), ratio => ratio >= 1),
            Row(
                "rejected starts, to admitted starts", "at least 1.00",
                Figures("ours", MixKind.Rejections)?.Throughput / Figures("ours", MixKind.Starts)?.Throughput, ratio => ratio >= 1),
            Row(
                "p99 at half load, to Redis", "at most 2.00",
                Figures("ours", MixKind.Starts, halfLoad: true)?.P99 / Figures("redis", MixKind.Starts, halfLoad: true)?.P99, ratio => ratio <= 2),
            Row(
                "processor time of a durable start, to Kestrel alone", "at most 2.00",
                Figures("ours", MixKind.Starts)?.Cpu / Figures("ceiling", MixKind.Starts)?.Cpu, ratio => ratio <= 2),
        ]);
    }

    public static string[] Row(string name, string wanted, double? measured, Func<double, bool> isMet) => measured is { } value
        ? [name, wanted, value.ToString("N2", CultureInfo.InvariantCulture), isMet(value) ? "met" : "**not met**"]
        : [name, wanted, "not measured", ""];
}
