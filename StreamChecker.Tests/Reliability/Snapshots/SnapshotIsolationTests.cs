using StreamChecker.Partitions;
using StreamChecker.Tests.Rules;
using Xunit.Abstractions;

namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>
/// Two or three commands on one snapshot, by clocks up to five seconds apart: the limit holds, a key has one slot, a
/// stop stays, a heartbeat counts.
/// </summary>
public sealed class SnapshotIsolationTests(ITestOutputHelper output)
{
    [Fact]
    public void EveryTwoCommandsInEveryState_KeepThePromise()
    {
        using var track = new RaceTrack(ProcedureUnderTest.Body);
        var random = new Random(Effort.Seed);
        var broken = new List<string>();
        for (var i = 0; i < Effort.Times(1); i++)
        {
            foreach (var state in RaceState.All)
            {
                foreach (var first in RaceCommands.All)
                {
                    foreach (var second in RaceCommands.All)
                    {
                        var clocks = (First: Clock(random), Second: Clock(random));
                        if (track.Run(state, (first.Command, clocks.First), (second.Command, clocks.Second)) is { } flaw)
                        {
                            broken.Add($"{state.Name}: {first.Name} at {clocks.First}, then {second.Name} at {clocks.Second}: {flaw}");
                        }
                    }
                }
            }
        }

        Report(track, broken);
    }

    [Fact]
    public void AnyThreeCommandsInAnyState_KeepThePromise() => RaceAnyThree(2000, (track, state, racers) => track.Run(state, racers));

    [Fact]
    public void ACommandThatIsSlow_KeepsThePromiseWhateverTwoOthersDoMeanwhile() =>
        RaceAnyThree(2000, (track, state, racers) => track.RunOneSlow(state, racers));

    private void RaceAnyThree(int races, Func<RaceTrack, RaceState, (StreamCommand Command, long Offset)[], string?> run)
    {
        using var track = new RaceTrack(ProcedureUnderTest.Body);
        var random = new Random(Effort.Seed);
        var broken = new List<string>();
        for (var i = 0; i < Effort.Times(races); i++)
        {
            var state = RaceState.All[random.Next(RaceState.All.Count)];
            var racers = Enumerable.Range(0, 3).Select(_ => RaceCommands.All[random.Next(RaceCommands.All.Count)]).ToArray();
            var clocks = Enumerable.Range(0, 3).Select(_ => Clock(random)).ToArray();
            if (run(track, state, [.. racers.Select((racer, n) => (TriedTwice(racers, racer.Command), clocks[n]))]) is { } flaw)
            {
                broken.Add($"{state.Name}: {string.Join(", then ", racers.Zip(clocks, (racer, clock) => $"{racer.Name} at {clock}"))}: {flaw}");
            }
        }

        Report(track, broken);
    }

    /// <summary>
    /// Tries of one start that run side by side, and again after a conflict, are tries of a start with a key: the limiter
    /// says of each of them that it may be one of several. Its own second try begins when the first is given up, and is never beside it.
    /// </summary>
    private static StreamCommand TriedTwice((string Name, StreamCommand Command)[] racers, StreamCommand command) =>
        command is StartCommand start && racers.Count(other => other.Command is StartCommand one && one.RecordId == start.RecordId) > 1
            ? start with { MayRepeat = true }
            : command;

    /// <summary>When a command reads its clock: mostly within a millisecond of a lapse.</summary>
    private static long Clock(Random random) => random.Next(3) == 0 ? random.Next(-2500, 2501) : random.Next(-1, 2);

    private void Report(RaceTrack track, List<string> broken)
    {
        output.WriteLine($"seed {Effort.Seed}: {track.Races} races, {track.Conflicts} transactions rolled back and run again, {broken.Count} broken");
        broken.Take(40).ToList().ForEach(output.WriteLine);
        Assert.Empty(broken);
        Assert.True(track.Conflicts > track.Races / 20, "The races hardly collided.");
    }
}
