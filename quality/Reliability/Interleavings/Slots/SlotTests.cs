using StreamChecker.Reliability.Procedures;
using StreamChecker.StoredProcedure;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Interleavings.Slots;

/// <summary>
/// The same search rejects the stored procedure with numbered slots: these are the violations for which it was given up
/// (decision 4), each in its smallest schedule.
/// </summary>
public sealed class SlotTests(ITestOutputHelper output)
{
    public static TheoryData<string, string, string[]> Violations => new()
    {
        { "OVER THE LIMIT", "one moment", ["start A", "stop r0", "limit 0"] },
        { "A STOP OF ALL", "one moment", ["start A", "stopAll"] },
        { "OVER THE LIMIT", "a step back of 25 s", ["start A", "beat r1"] },
        { "LOST STOP", "a step back of 25 s", ["beat r0", "stop r0"] },
        { "TWICE", "one moment", ["limit 1", "limit 1", "limit 3"] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void Slots_BreakThePromise(string kind, string clock, params string[] commands)
    {
        var search = new Search(
            "slots",
            commands.Length,
            ClockMode.All.Single(mode => mode.Name == clock),
            Commands.Of([.. commands.Distinct()]),
            InitialState.Combinations(["live", "lapsed", "ended"], ["absent", "lapsed"], ["absent", "live"], ["default"]));

        var findings = search.RunUntilBroken(new SlotFormat(), kind);

        var smallest = findings.Smallest(kind);
        Assert.NotNull(smallest);
        output.WriteLine($"caught after {smallest.FirstAt:N0} schedules\n{smallest}");
        Assert.Empty(search.Run(PartitionFormat.Records()).Violations);
    }

    [Fact]
    public void AClockThatWasOnceAnHourAhead_RemovesAStreamWithEveryHeartbeat_FromASlotButNotFromARecord()
    {
        Assert.Equal(StreamEndReason.Unknown, LastOfAQuarterOfHeartbeats<StreamReply.Ended>(new SlotFormat()).Reason);
        Assert.Equal("A", LastOfAQuarterOfHeartbeats<StreamReply.Renewed>(PartitionFormat.Records()).Record.Key);
    }

    private static TReply LastOfAQuarterOfHeartbeats<TReply>(PartitionFormat format)
        where TReply : StreamReply
    {
        using var script = new SnapshotScript(format.Procedure);
        var world = new World(script, format, new(), new("absent", "absent", "absent", "none"));
        var content = world.Beginning;
        Run("limit 1", 3_600_000);
        Run("start A", 0);
        var last = Run("beat A", 30_000);
        for (var now = 60_000; now <= 900_000; now += 30_000)
        {
            last = Run("beat A", now);
        }

        return Assert.IsType<TReply>(last.Reply);

        Execution Run(string command, long now)
        {
            var execution = world.Run(content, world.Call(Commands.Of(command)[0], content, repeated: false)!, Commands.Base + now);
            content = world.Commit(content, execution);
            return execution;
        }
    }
}
