using StreamChecker.Benchmarks.Comparison;

namespace StreamChecker.Benchmarks.Reports;

internal static class ComparisonFiles
{
    public static void Write(ComparisonReport report)
    {
    }
}
