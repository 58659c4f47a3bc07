using System.Collections.Concurrent;
using StreamChecker.Partitions;
using Xunit.Abstractions;

namespace StreamChecker.Tests.Reliability.Mutants;

/// <summary>The tests of the rules must notice a mistake in <c>streams.js</c>, wherever it is made.</summary>
public sealed class MutantTests(ITestOutputHelper output)
{
    private const double LeastScore = 0.75;

    [Fact]
    public void Mutants_DifferFromTheProcedureInOneLine()
    {
        var lines = StreamsProcedure.Body.Split('\n');

        Assert.All(Mutant.Of(StreamsProcedure.Body), mutant =>
            Assert.Equal([mutant.Line - 1], mutant.Body.Split('\n').Zip(lines).Index().Where(pair => pair.Item.First != pair.Item.Second).Select(pair => pair.Index)));
    }

    [MutantsFact]
    public async Task AMistakeInTheRules_IsNoticed()
    {
        Assert.Null(await RulesSuite.FirstFailureAsync(StreamsProcedure.Body));
        var mutants = Mutant.Of(StreamsProcedure.Body);
        var survivors = new ConcurrentBag<Mutant>();
        await Parallel.ForEachAsync(mutants, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (mutant, _) =>
        {
            if (await RulesSuite.FirstFailureAsync(mutant.Body) is null)
            {
                survivors.Add(mutant);
            }
        });

        output.WriteLine($"{mutants.Count} mutants, {mutants.Count - survivors.Count} noticed, {survivors.Count} survived:");
        foreach (var survivor in survivors.OrderBy(mutant => mutant.Line))
        {
            output.WriteLine($"line {survivor.Line}: {survivor.Change}");
        }

        Assert.True(survivors.Count <= (1 - LeastScore) * mutants.Count);
    }
}
