using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Properties;

/// <summary>Runs a property many times with the seed of the run, and reports how often.</summary>
internal static class PropertySuite
{
    private const ulong OddGamma = 0x9E3779B97F4A7C15;

    public static void Check(ITestOutputHelper output, int sequences, Action<CommandStep[]> property)
    {
        var (tried, steps) = (0, 0);
        Prop.ForAll(ProcedureUnderTest.IsReplaced ? StepGenerator.WithoutShrinking : StepGenerator.Sequences, sequence =>
        {
            tried++;
            steps += sequence.Length;
            property(sequence);
        }).Check(Config.QuickThrowOnFailure
            .WithMaxTest(Effort.Times(sequences))
            .WithReplay((ulong)Effort.Seed, OddGamma));
        output.WriteLine($"seed {Effort.Seed}: {tried} sequences, {steps} commands");
    }
}
