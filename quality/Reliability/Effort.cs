using System.Globalization;

namespace StreamChecker.Reliability;

/// <summary>
/// How hard the reliability suites try. The default fits into every test run; <c>STREAM_CHECKER_EFFORT</c> multiplies it,
/// and <c>STREAM_CHECKER_SEED</c> repeats what an earlier run printed.
/// </summary>
internal static class Effort
{
    private static readonly int Factor = Setting("STREAM_CHECKER_EFFORT") ?? 1;

    /// <summary>The seed of this run.</summary>
    public static int Seed { get; } = Setting("STREAM_CHECKER_SEED") ?? Random.Shared.Next();

    /// <summary>The default number of times, multiplied by the effort.</summary>
    public static int Times(int byDefault) => checked(byDefault * Factor);

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;
}
