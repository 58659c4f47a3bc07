namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>A procedure that is careless of what a transaction beside it may do is caught.</summary>
public sealed class BrokenProcedureTests
{
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
}
