namespace StreamChecker.Reliability.Interleavings;

/// <summary>A search of many minutes, run where <c>STREAM_CHECKER_INTERLEAVINGS</c> is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InterleavingsFactAttribute : FactAttribute
{
    public InterleavingsFactAttribute() =>
        Skip = Environment.GetEnvironmentVariable("STREAM_CHECKER_INTERLEAVINGS") is { Length: > 0 } ? null : "STREAM_CHECKER_INTERLEAVINGS is not set.";
}
