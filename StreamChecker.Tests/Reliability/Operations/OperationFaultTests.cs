using System.Text;
using StreamChecker.Embedded.Scripts;
using StreamChecker.Partitions;
using StreamChecker.Tests.Reliability.Properties;
using StreamChecker.Tests.Reliability.Snapshots;
using StreamChecker.Tests.Rules;

namespace StreamChecker.Tests.Reliability.Operations;

/// <summary>
/// Whichever operation the database does not accept, or fails, in whichever call and state: a call ends as a conflict or
/// as a bug, never as an answer.
/// </summary>
public sealed class OperationFaultTests : IDisposable
{
    private const long Apart = 3_600_000;

    private readonly ProcedureMachine machine = new(FaultyCollection.Around(ProcedureUnderTest.Body));
    private readonly SnapshotPartition partition = new();
    private long now = Apart;

    public static TheoryData<int> LostRaces => [404, 409, 412, 449];

    public static TheoryData<int> OtherFailures => [400, 403, 413, 500];

    public void Dispose() => machine.Dispose();

    [Fact]
    public void AnOperationThatIsNotAccepted_IsAConflict() =>
        WithEachFault(OperationFault.All, fault => fault with { IsRefused = true }, (_, outcome) => AssertConflict(outcome));

    [Fact]
    public void ADocumentThatWasWrittenSinceItWasRead_IsAConflict()
    {
        var conflicts = 0;
        foreach (var (command, whole) in EachCall())
        {
            var run = RunWith(new(0) { Overtakes = true }, command);
            if (run.Outcome.Log!.Length > 0)
            {
                AssertConflict(run.Outcome);
                conflicts++;
            }
            else
            {
                Assert.Equal(TextOf(whole), TextOf(run));
            }
        }

        Assert.True(conflicts > 10, "Hardly anything was overtaken.");
    }

    [Theory]
    [MemberData(nameof(LostRaces))]
    public void AChangeThatLosesARace_IsAConflict(int number) =>
        WithEachFault(OperationFault.Changes, fault => fault with { Number = number }, (_, outcome) => AssertConflict(outcome));

    [Theory]
    [MemberData(nameof(LostRaces))]
    public void ACreationThatLosesARace_IsAConflict_AndOfAnUnseenSlotWhereTheIdIsTaken(int number) =>
        WithEachFault(OperationFault.Creation, fault => fault with { Number = number }, (_, outcome) => Assert.Equal(new PartitionAnswer.Conflict(UnseenSlot: number == 409), ErrorOf(outcome)));

    [Theory]
    [MemberData(nameof(OtherFailures))]
    public void AnotherFailureOfAWrite_IsABug_ThatSaysWhatTheDatabaseSaid(int number) =>
        WithEachFault([.. OperationFault.Changes, .. OperationFault.Creation], fault => fault with { Number = number }, (_, outcome) => AssertBug(number, outcome));

    [Theory]
    [MemberData(nameof(OtherFailures))]
    public void AFailureOfARead_IsABug_ThatSaysWhatTheDatabaseSaid(int number) =>
        WithEachFault(OperationFault.Reads, fault => fault with { Number = number }, (_, outcome) => AssertBug(number, outcome));

    [Fact]
    public void ADocumentThatIsNotThere_IsNoFailureOfARead() =>
        WithEachFault(["readDocument"], fault => fault with { Number = 404 }, (command, outcome) => Assert.Equal(
            command is StopCommand ? new StreamReply.Stopped(0) : new StreamReply.Ended(StreamEndReason.Unknown, null),
            StreamsProcedure.ReadReply(Assert.IsType<ScriptOutcome.Completed>(outcome).Body.Span)));

    [Fact]
    public void APartitionThatComesInPages_IsReadAsAWhole()
    {
        foreach (var (command, whole) in EachCall())
        {
            Assert.Equal(TextOf(whole), TextOf(RunWith(new(0) { PageSize = 1 }, command)));
        }
    }

    [Fact]
    public void TheOrderInWhichDocumentsCome_MakesNoDifference()
    {
        foreach (var (command, whole) in EachCall())
        {
            Assert.Equal(TextOf(whole), TextOf(RunWith(new(0) { Reverses = true }, command)));
        }
    }

    [Fact]
    public void ASlotThatCannotBeSeen_IsOverwrittenOnlyOnRequest()
    {
        foreach (var (command, whole) in EachCall())
        {
            var creates = new OperationFault(0, OperationFault.Creation) { Number = 409 };
            var upserts = new OperationFault(0, ["upsertDocument"]) { Number = 412 };

            Assert.Equal(TextOf(whole), TextOf(RunWith(creates, command with { OverwriteUnseen = true })));
            Assert.Equal(TextOf(whole), TextOf(RunWith(upserts, command)));
        }
    }

    [Fact]
    public void ACommandThatIsUnknown_IsABug()
    {
        var list = new ListCommand { UserId = RaceCommands.User, DefaultLimit = 1 };

        var failed = Assert.IsType<ScriptOutcome.Failed>(machine.Run(partition.Committed, list, now, ("op", "count")).Outcome);

        Assert.Contains("streams: unknown op count", failed.Message, StringComparison.Ordinal);
    }

    /// <summary>Lets each call of these functions go wrong once, in every command and state.</summary>
    private void WithEachFault(string[] functions, Func<OperationFault, OperationFault> make, Action<StreamCommand, ScriptOutcome> check)
    {
        var faults = 0;
        foreach (var (command, whole) in EachCall())
        {
            for (var call = 0; ; call++)
            {
                var run = RunWith(make(new(call, functions)), command);
                if (run.Outcome.Log != FaultyCollection.Happened)
                {
                    Assert.Equal(TextOf(whole), TextOf(run));
                    break;
                }

                check(command, run.Outcome);
                faults++;
            }
        }

        Assert.True(faults > 10, "Hardly anything went wrong.");
    }

    /// <summary>Every command in every state, and what it comes to where nothing goes wrong.</summary>
    private IEnumerable<(StreamCommand Command, SnapshotTransaction Whole)> EachCall()
    {
        var list = new ListCommand { UserId = RaceCommands.User, DefaultLimit = RaceCommands.DefaultLimit };
        foreach (var state in RaceState.All)
        {
            now += Apart;
            partition.Clear();
            foreach (var (command, before) in state.Steps)
            {
                Assert.True(partition.TryCommit(machine.Run(partition.Committed, command, now - before)));
            }

            foreach (var command in RaceCommands.All.Select(named => named.Command).Append(list))
            {
                yield return (command, machine.Run(partition.Committed, command, now));
            }
        }
    }

    private SnapshotTransaction RunWith(OperationFault fault, StreamCommand command) =>
        machine.Run(partition.Committed, command, now, ("fault", fault.ToJson()));

    private static PartitionAnswer ErrorOf(ScriptOutcome outcome) =>
        StreamsProcedure.ReadError(Assert.IsType<ScriptOutcome.Failed>(outcome).Message);

    private static void AssertConflict(ScriptOutcome outcome)
    {
        Assert.Equal(new PartitionAnswer.Conflict(false), ErrorOf(outcome));
        Assert.Equal("Error: streams conflict", ((ScriptOutcome.Failed)outcome).Message);
    }

    private static void AssertBug(int number, ScriptOutcome outcome)
    {
        var bug = Assert.Throws<StoredProcedureException>(() => ErrorOf(outcome));

        Assert.StartsWith("Error: streams: cannot ", bug.Message, StringComparison.Ordinal);
        Assert.EndsWith($"the database says {number}", bug.Message, StringComparison.Ordinal);
    }

    /// <summary>What a transaction answers and writes.</summary>
    private static string TextOf(SnapshotTransaction transaction) =>
        ReplyText.Of(transaction.Reply!) + string.Concat(transaction.Written.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"\n{entry.Key}: {(entry.Value is { } document ? Encoding.UTF8.GetString(document.Json.Span) : "deleted")}"));
}
