using System.Collections.Concurrent;
using System.Reflection;
using StreamChecker.StoredProcedure;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Mutants;

/// <summary>The tests of the rules must notice a mistake in <c>streams.js</c>, wherever it is made.</summary>
public sealed class MutantTests(ITestOutputHelper output)
{
    private const double LeastScore = 0.95;

    [MutantsFact]
    public async Task AMistakeInTheRules_IsNoticed()
    {
        Assert.Null(await RulesSuite.FirstFailureAsync(StreamsProcedure.Body));
        var mutants = Mutant.Of(StreamsProcedure.Body);
        var noticed = new ConcurrentDictionary<Mutant, (MethodInfo Test, bool TookTooLong)?>();
        await Parallel.ForEachAsync(mutants, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (mutant, _) =>
            noticed[mutant] = await RulesSuite.FirstFailureAsync(mutant.Body));

        var survivors = mutants.Where(mutant => noticed[mutant] is null).ToArray();
        output.WriteLine($"seed {Effort.Seed}: {mutants.Count} mutants, {mutants.Count - survivors.Length} noticed, {survivors.Length} survived:");
        Write(survivors);
        var late = mutants.Where(mutant => noticed[mutant] is { TookTooLong: true }).ToArray();
        output.WriteLine($"{late.Length} noticed since a test took too long:");
        Write(late);
        foreach (var first in noticed.Values.OfType<(MethodInfo Test, bool)>()
            .CountBy(failure => failure.Test.ReflectedType!.FullName!.Split('.')[^1]).OrderByDescending(count => count.Value))
        {
            output.WriteLine($"{first.Value} noticed first by {first.Key}");
        }

        Assert.True(survivors.Length <= (1 - LeastScore) * mutants.Count);
    }

    private void Write(Mutant[] mutants)
    {
        foreach (var mutant in mutants)
        {
            output.WriteLine($"line {mutant.Line}: {mutant.Change}");
        }
    }
}

/// <summary>A test of minutes, run where <c>STREAM_CHECKER_MUTANTS</c> is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MutantsFactAttribute : FactAttribute
{
    public MutantsFactAttribute() =>
        Skip = Environment.GetEnvironmentVariable("STREAM_CHECKER_MUTANTS") is { Length: > 0 } ? null : "STREAM_CHECKER_MUTANTS is not set.";
}
