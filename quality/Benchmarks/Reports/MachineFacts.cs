using System.Runtime.InteropServices;

namespace StreamChecker.Benchmarks.Reports;

/// <summary>On what a benchmark ran.</summary>
internal static class MachineFacts
{
    public static IReadOnlyList<string> Lines() =>
    [
        $"{Environment.ProcessorCount} processors, {Model()}; {Memory():N0} GiB of memory. The load generator runs on them, too.",
        $"{RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}.",
    ];

    private static string Model() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "of an unknown model"
        : "of an unknown model";

    private static double Memory() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
}
