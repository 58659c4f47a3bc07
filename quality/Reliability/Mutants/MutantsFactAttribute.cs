namespace StreamChecker.Reliability.Mutants;

/// <summary>A test of minutes, run where <c>STREAM_CHECKER_MUTANTS</c> is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MutantsFactAttribute : FactAttribute
{
    public MutantsFactAttribute() =>
        Skip = Environment.GetEnvironmentVariable("STREAM_CHECKER_MUTANTS") is { Length: > 0 } ? null : "STREAM_CHECKER_MUTANTS is not set.";
}
