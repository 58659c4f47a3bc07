using System.Globalization;

namespace StreamChecker.Reliability.Soak;

/// <summary>A test that runs for as many minutes as <c>STREAM_CHECKER_SOAK_MINUTES</c> says, and not at all where it says nothing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SoakFactAttribute : FactAttribute
{
    public SoakFactAttribute() => Skip = Minutes > 0 ? null : "STREAM_CHECKER_SOAK_MINUTES is not set.";

    /// <summary>How long the soak runs.</summary>
    public static int Minutes { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("STREAM_CHECKER_SOAK_MINUTES"), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            ? minutes
            : 0;
}
