using System.Text;
using InProcessCosmos.Scripts;
using StreamChecker.Reliability.Procedures;
using StreamChecker.Reliability.Properties;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Operations;

/// <summary>
/// Whichever operation the database does not accept, or fails, in whichever call and state: a call ends as a conflict, as
/// busy or as a bug, never as a reply.
/// </summary>
public sealed class OperationFaultTests : IDisposable
{
    private const long Apart = 3_600_000;

    private readonly ProcedureMachine machine = new(FaultyCollection.Around(ProcedureUnderTest.Body));
    private readonly SnapshotPartition partition = new();
    private long now = Apart;

    public static TheoryData<int> LostRaces => [404, 409, 412];

    public static TheoryData<int> Busy => [408, 410, 429, 449, 500, 503];

    public static TheoryData<int> OtherFailures => [400, 403, 413];

    public void Dispose() => machine.Dispose();

    [Fact]
    public void AnOperationThatIsNotAccepted_IsBusy() => WithEachFault(
        OperationFault.All, fault => fault with { IsRejected = true }, (_, _, outcome) => AssertRunAgain("streams busy: a call was not accepted", outcome));

    [Theory]
    [MemberData(nameof(Busy))]
    public void AnOperationThatTheStoreHasNoCapacityFor_IsBusy(int number) => WithEachFault(
        OperationFault.All, fault => fault with { Number = number }, (_, _, outcome) => AssertRunAgain($"streams busy {number}", outcome));

    [Theory]
    [MemberData(nameof(OtherFailures))]
    public void AnotherFailure_IsABug_ThatSaysWhatTheDatabaseSaid(int number) =>
        WithEachFault(OperationFault.All, fault => fault with { Number = number }, (_, _, outcome) => AssertBug(number, outcome));

    [Theory]
    [InlineData("replaceDocument", 50)]
    [InlineData("deleteDocument", 4)]
    public void ADocumentThatWasWrittenSinceItWasRead_IsAConflict(string function, int atLeast)
    {
        var conflicts = 0;
        foreach (var (command, whole) in EachCall())
        {
            var run = RunWith(new(0) { Overtakes = function }, command);
            if (run.Outcome.Log!.Length > 0)
            {
                AssertRunAgain("streams conflict 412", run.Outcome);
                conflicts++;
            }
            else
            {
                Assert.Equal(TextOf(whole), TextOf(run));
            }
        }

        Assert.True(conflicts >= atLeast, $"Only {conflicts} were overtaken.");
    }

    [Theory]
    [MemberData(nameof(LostRaces))]
    public void AChangeThatLosesARace_IsAConflict(int number) => WithEachFault(
        OperationFault.Changes, fault => fault with { Number = number }, (_, _, outcome) => AssertRunAgain($"streams conflict {number}", outcome));

    [Theory]
    [InlineData(404)]
    [InlineData(412)]
    public void ACreationThatLosesARace_IsAConflict(int number) => WithEachFault(
        OperationFault.Creation, fault => fault with { Number = number }, (_, _, outcome) => AssertRunAgain($"streams conflict {number}", outcome));

    [Fact]
    public void ACreationWhoseIdIsTaken_IsAnUpsertOfTheRecord_AndAConflictOfTheUserDocument()
    {
        var (records, users) = (0, 0);
        WithEachFault(OperationFault.Creation, fault => fault with { Number = 409 }, (whole, run, outcome) =>
        {
            // A start creates its record before the user document.
            if (whole.Command is StartCommand && run.Call == 0)
            {
                Assert.Equal(TextOf(whole), TextOf(RunWith(run, whole.Command)));
                records++;
            }
            else
            {
                AssertRunAgain("streams conflict 409", outcome);
                users++;
            }
        });
        Assert.True(records > 10 && users > 3, $"{records} records and {users} user documents were there already.");
    }

    [Theory]
    [MemberData(nameof(LostRaces))]
    public void AnUpsertThatLosesARace_IsAConflict(int number) => WithEachFault(
        ["upsertDocument"], fault => fault with { IsTaken = true, Number = number }, (_, _, outcome) => AssertRunAgain($"streams conflict {number}", outcome));

    [Theory]
    [MemberData(nameof(Busy))]
    public void AnUpsertThatTheStoreHasNoCapacityFor_IsBusy(int number) => WithEachFault(
        ["upsertDocument"], fault => fault with { IsTaken = true, Number = number }, (_, _, outcome) => AssertRunAgain($"streams busy {number}", outcome));

    [Fact]
    public void AnUpsertThatIsNotAccepted_IsBusy() => WithEachFault(
        ["upsertDocument"],
        fault => fault with { IsTaken = true, IsRejected = true },
        (_, _, outcome) => AssertRunAgain("streams busy: a call was not accepted", outcome));

    [Theory]
    [MemberData(nameof(OtherFailures))]
    public void AnotherFailureOfAnUpsert_IsABug(int number) =>
        WithEachFault(["upsertDocument"], fault => fault with { IsTaken = true, Number = number }, (_, _, outcome) => AssertBug(number, outcome));

    [Theory]
    [MemberData(nameof(LostRaces))]
    public void AQueryThatFailsWithANumberOfARace_IsAConflict(int number) => WithEachFault(
        ["queryDocuments"], fault => fault with { Number = number }, (_, _, outcome) => AssertRunAgain($"streams conflict {number}", outcome));

    [Theory]
    [InlineData(409)]
    [InlineData(412)]
    public void AReadThatFailsWithANumberOfARace_IsAConflict(int number) => WithEachFault(
        ["readDocument"], fault => fault with { Number = number }, (_, _, outcome) => AssertRunAgain($"streams conflict {number}", outcome));

    [Fact]
    public void ADocumentThatIsNotThere_IsNoFailureOfARead() => WithEachFault(["readDocument"], fault => fault with { Number = 404 }, (whole, _, outcome) =>
    {
        switch (whole.Command)
        {
            case StopCommand:
                Assert.Equal(new StreamReply.Stopped(0), ReplyOf(outcome));
                break;
            case RenewCommand:
                Assert.Equal(new StreamReply.Ended(StreamEndReason.Unknown, null), ReplyOf(outcome));
                break;
            case ForgetCommand:
                Assert.Equal(new StreamReply.Forgotten(), ReplyOf(outcome));
                break;
            case SetLimitCommand { Change.Limit.To: null } reset:
                Assert.Equal(new StreamReply.LimitSet(null, null, reset.Change), ReplyOf(outcome));
                break;
            case SetLimitCommand set when !partition.Committed.ContainsKey("user"):
                Assert.Equal(new StreamReply.LimitSet(set.Change.Limit!.To, null, set.Change), ReplyOf(outcome));
                break;
            default:
                AssertRunAgain("streams conflict 409", outcome);
                break;
        }
    });

    [Fact]
    public void ARecordWhoseIdIsTakenUnseen_IsWrittenOverIt()
    {
        foreach (var (command, whole) in EachCall())
        {
            Assert.Equal(TextOf(whole), TextOf(RunWith(new(0) { IsTaken = true }, command)));
        }
    }

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
    public void ACommandThatIsUnknown_IsABug()
    {
        var list = new ListCommand { UserId = ProcedureMachine.User };

        var failed = Assert.IsType<ScriptOutcome.Failed>(machine.Run(partition.Committed, list, now, ("op", "count")).Outcome);

        Assert.Equal("Error: streams: unknown op count", failed.Message);
    }

    /// <summary>Lets each call of these functions go wrong once, in every command and state.</summary>
    private void WithEachFault(
        string[] functions, Func<OperationFault, OperationFault> make, Action<SnapshotTransaction, OperationFault, ScriptOutcome> check)
    {
        var faults = 0;
        foreach (var (command, whole) in EachCall())
        {
            for (var call = 0; ; call++)
            {
                var fault = make(new(call, functions));
                var run = RunWith(fault, command);
                if (run.Outcome.Log != FaultyCollection.Happened)
                {
                    Assert.Equal(TextOf(whole), TextOf(run));
                    break;
                }

                check(whole, fault, run.Outcome);
                faults++;
            }
        }

        Assert.True(faults > 10, "Hardly anything went wrong.");
    }

    /// <summary>Every command in every state, and its outcome without a fault.</summary>
    private IEnumerable<(StreamCommand Command, SnapshotTransaction Whole)> EachCall()
    {
        foreach (var state in PartitionState.All)
        {
            now += Apart;
            partition.Clear();
            var startedAt = new Dictionary<string, long>();
            foreach (var (command, moment) in state.Before(now))
            {
                var transaction = machine.Run(partition.Committed, command, moment);
                Assert.True(partition.TryCommit(transaction));
                if (command is StartCommand start)
                {
                    startedAt[start.Key] = Assert.IsType<StreamReply.Admitted>(transaction.Reply).StartedAt;
                }
            }

            foreach (var command in PartitionState.Commands(startedAt))
            {
                yield return (command, machine.Run(partition.Committed, command, now));
            }
        }
    }

    private SnapshotTransaction RunWith(OperationFault fault, StreamCommand command) =>
        machine.Run(partition.Committed, command, now, ("fault", fault.ToJson()));

    private static StreamReply ReplyOf(ScriptOutcome outcome) => StreamsProcedure.ReadReply(Assert.IsType<ScriptOutcome.Completed>(outcome).Body.Span);

    private static void AssertRunAgain(string error, ScriptOutcome outcome)
    {
        var message = Assert.IsType<ScriptOutcome.Failed>(outcome).Message;

        Assert.Equal("Error: " + error, message);
        Assert.IsType(
            error.StartsWith("streams busy", StringComparison.Ordinal) ? typeof(PartitionResult.Busy) : typeof(PartitionResult.Conflict),
            StreamsProcedure.ReadError(message));
    }

    private static void AssertBug(int number, ScriptOutcome outcome)
    {
        var message = Assert.IsType<ScriptOutcome.Failed>(outcome).Message;

        Assert.Equal($"Error: streams: the store failed with {number}: the database says {number}", message);
        Assert.Throws<StoredProcedureException>(() => StreamsProcedure.ReadError(message));
    }

    /// <summary>What a transaction returns and writes.</summary>
    private static string TextOf(SnapshotTransaction transaction) =>
        ReplyText.Of(transaction.Reply!) + string.Concat(transaction.Written.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"\n{entry.Key}: {(entry.Value is { } document ? Encoding.UTF8.GetString(document.Json.Span) : "deleted")}"));
}
