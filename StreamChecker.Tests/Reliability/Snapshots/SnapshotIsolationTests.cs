using StreamChecker.Partitions;
using Xunit.Abstractions;

namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>
/// Two or three commands on one snapshot, by clocks up to five seconds apart: the limit holds, a key has one slot, a
/// stop stays, a heartbeat counts. A procedure that is careless of any of it is caught.
/// </summary>
public sealed class SnapshotIsolationTests(ITestOutputHelper output)
{
    [Fact]
    public void EveryTwoCommandsInEveryState_KeepThePromise()
    {
        using var track = new RaceTrack(StreamsProcedure.Body);
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

    [Fact]
    public void CountThenInsert_BreaksTheLimit()
    {
        using var track = new RaceTrack(BrokenProcedures.CountThenInsert);

        var flaw = track.Run(RaceState.All.Single(state => state.Name == "one stream"), (RaceCommands.Start(11), 0), (RaceCommands.Start(12), 0));

        Assert.Equal("3 streams are active after a start, and 2 may be.", flaw);
    }

    [Fact]
    public void TheNextSlotAfterAConflict_GivesOneKeyTwoSlots()
    {
        using var track = new RaceTrack(BrokenProcedures.NextSlot) { TakesTheNextSlot = true };

        var flaw = track.Run(RaceState.All.Single(state => state.Name == "empty"), (RaceCommands.Keyed(), 0), (RaceCommands.Keyed(), 0));

        Assert.Equal($"{RaceCommands.Keyed().RecordId} has two slots.", flaw);
    }

    [Fact]
    public void TheNextSlotAfterAConflict_BreaksALoweredLimit()
    {
        using var track = new RaceTrack(BrokenProcedures.NextSlot) { TakesTheNextSlot = true };

        var flaw = track.Run(RaceState.All.Single(state => state.Name == "one stream"), (RaceCommands.Limit(1), 0), (RaceCommands.Start(11), 0));

        Assert.Equal("2 streams are active after a start, and 1 may be.", flaw);
    }

    [Fact]
    public void ASlotTakenTheMomentItLapses_BreaksTheLimit()
    {
        using var track = new RaceTrack(BrokenProcedures.NoSettling);

        var flaw = track.Run(
            RaceState.All.Single(state => state.Name == "full, slot 0 free, slot 2 lapses"), (RaceCommands.Renew(2), -1), (RaceCommands.Start(11), 1));

        Assert.Equal("3 streams are active after a start, and 2 may be.", flaw);
    }

    [Fact]
    public void ARepeatThatForgetsOlderSnapshots_GivesOneKeyTwoSlots()
    {
        using var track = new RaceTrack(BrokenProcedures.ForgetsOlderSnapshots);

        var flaw = track.RunOneSlow(
            RaceState.All.Single(state => state.Name == "one stream"), (RaceCommands.Keyed(), 0), (RaceCommands.Stop(0), 0), (RaceCommands.Keyed(), 0));

        Assert.Equal($"{RaceCommands.Keyed().RecordId} has two slots.", flaw);
    }

    [Fact]
    public void AReplacedSlotTaken_BreaksALoweredLimit()
    {
        using var track = new RaceTrack(BrokenProcedures.TakesAReplacedSlot);
        var replacing = RaceCommands.Start(11) with { Replace = [new(RaceCommands.User, RaceCommands.First[0])] };

        var flaw = track.Run(RaceState.All.Single(state => state.Name == "full"), (RaceCommands.Limit(1), 0), (replacing, 0));

        Assert.Equal("2 streams are active after a start, and 1 may be.", flaw);
    }

    private void RaceAnyThree(int races, Func<RaceTrack, RaceState, (StreamCommand Command, long Offset)[], string?> run)
    {
        using var track = new RaceTrack(StreamsProcedure.Body);
        var random = new Random(Effort.Seed);
        var broken = new List<string>();
        for (var i = 0; i < Effort.Times(races); i++)
        {
            var state = RaceState.All[random.Next(RaceState.All.Count)];
            var racers = Enumerable.Range(0, 3).Select(_ => RaceCommands.All[random.Next(RaceCommands.All.Count)]).ToArray();
            var clocks = Enumerable.Range(0, 3).Select(_ => Clock(random)).ToArray();
            if (run(track, state, [.. racers.Select((racer, n) => (AgainIn(racers[..n], racer.Command), clocks[n]))]) is { } flaw)
            {
                broken.Add($"{state.Name}: {string.Join(", then ", racers.Zip(clocks, (racer, clock) => $"{racer.Name} at {clock}"))}: {flaw}");
            }
        }

        Report(track, broken);
    }

    /// <summary>A second try of a start says that it may be one, as the limiter has it.</summary>
    private static StreamCommand AgainIn((string Name, StreamCommand Command)[] before, StreamCommand command) =>
        command is StartCommand start && before.Any(other => other.Command is StartCommand first && first.RecordId == start.RecordId)
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
