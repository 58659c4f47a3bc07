using FsCheck;
using FsCheck.Fluent;

namespace StreamChecker.Reliability.Properties;

/// <summary>Random sequences of steps, which shrink to fewer and simpler ones.</summary>
internal static class StepGenerator
{
    private const int LongestSequence = 40;

    public static Arbitrary<CommandStep[]> Sequences { get; } = Arb.From(Sequence(), Shrunk);

    /// <summary>The same, without shrinking.</summary>
    public static Arbitrary<CommandStep[]> WithoutShrinking { get; } = Arb.From(Sequence());

    /// <summary>
    /// Each sequence has its own taste: how often time passes, how often clocks are wrong, and which kind of command is the
    /// favourite. So some have twenty starts and others twenty operations, as memories of eight need them.
    /// </summary>
    private static Gen<CommandStep[]> Sequence() =>
        from length in Gen.Choose(1, LongestSequence)
        from hurry in Gen.Choose(0, 3)
        from disorder in Gen.Choose(0, 3)
        from favourite in Gen.Choose(0, PropertyRun.Kinds - 1)
        from steps in Single(hurry, disorder, favourite).ArrayOf(length)
        select steps;

    private static Gen<CommandStep> Single(int hurry, int disorder, int favourite) =>
        from wait in Gen.Frequency((1 + (4 * hurry), Gen.Constant(0)), (5, Gen.Choose(1, PropertyRun.Waits - 1)))
        from clock in Gen.Frequency((6, Gen.Constant(0)), (disorder, Gen.Choose(1, PropertyRun.Clocks.Length - 1)))
        from kind in Gen.Frequency((4, Gen.Constant(0)), (3, Gen.Constant(favourite)), (8, Gen.Choose(1, PropertyRun.Kinds - 1)))
        from which in Gen.Choose(0, PropertyRun.Choices - 1)
        from variant in Gen.Choose(0, PropertyRun.Variants - 1)
        select new CommandStep(wait, clock, kind, which, variant);

    private static IEnumerable<CommandStep[]> Shrunk(CommandStep[] steps)
    {
        for (var piece = steps.Length / 2; piece > 0; piece /= 2)
        {
            for (var start = 0; start + piece <= steps.Length; start += piece)
            {
                yield return [.. steps[..start], .. steps[(start + piece)..]];
            }
        }

        for (var i = 0; i < steps.Length; i++)
        {
            foreach (var simpler in Simpler(steps[i]))
            {
                yield return [.. steps[..i], simpler, .. steps[(i + 1)..]];
            }
        }
    }

    private static IEnumerable<CommandStep> Simpler(CommandStep step)
    {
        if (step.Wait > 0)
        {
            yield return step with { Wait = 0 };
        }

        if (step.Clock > 0)
        {
            yield return step with { Clock = 0 };
        }

        if (step.Variant > 0)
        {
            yield return step with { Variant = 0 };
        }

        if (step.Which > 0)
        {
            yield return step with { Which = step.Which - 1 };
        }
    }
}

/// <summary>One step of a property: let time pass, then run a command. Whom and what it means depends on the steps before.</summary>
/// <param name="Wait">Which wait comes first; 0 is none.</param>
/// <param name="Clock">Which clock the command is run by; 0 is the one that is right.</param>
/// <param name="Kind">Which command.</param>
/// <param name="Which">Which of the streams, keys, operations or limits seen so far.</param>
/// <param name="Variant">A detail of the command.</param>
public sealed record CommandStep(int Wait, int Clock, int Kind, int Which, int Variant);
