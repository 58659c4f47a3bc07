using System.Collections.Concurrent;
using StreamChecker.Partitions;
using Xunit.Abstractions;

namespace StreamChecker.Tests.Reliability.Mutants;

/// <summary>The tests of the rules must notice a mistake in <c>streams.js</c>, wherever it is made.</summary>
public sealed class MutantTests(ITestOutputHelper output)
{
    private const double LeastScore = 0.94;

    [MutantsFact]
    public async Task AMistakeInTheRules_IsNoticed()
    {
        Assert.Null(await RulesSuite.FirstFailureAsync(StreamsProcedure.Body));
        var mutants = Mutant.Of(StreamsProcedure.Body);
        var noticed = new ConcurrentDictionary<Mutant, string?>();
        await Parallel.ForEachAsync(mutants, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (mutant, _) =>
            noticed[mutant] = (await RulesSuite.FirstFailureAsync(mutant.Body))?.ReflectedType!.FullName!.Split('.')[^1]);

        var survivors = mutants.Where(mutant => noticed[mutant] is null).ToArray();
        output.WriteLine($"seed {Effort.Seed}: {mutants.Count} mutants, {mutants.Count - survivors.Length} noticed, {survivors.Length} survived:");
        foreach (var survivor in survivors)
        {
            output.WriteLine($"line {survivor.Line}: {survivor.Change}");
        }

        foreach (var first in noticed.Values.OfType<string>().CountBy(test => test).OrderByDescending(count => count.Value))
        {
            output.WriteLine($"{first.Value} noticed first by {first.Key}");
        }

        Assert.True(survivors.Length <= (1 - LeastScore) * mutants.Count);
    }
}
