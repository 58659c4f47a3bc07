using StreamChecker.Tests.Reliability.Snapshots;
using StreamChecker.Tests.Rules;
using Xunit.Abstractions;

namespace StreamChecker.Tests.Reliability.Properties;

/// <summary>Not only the replies: after every command the documents are those that the model has, until the database lets go of them.</summary>
public sealed class StoredDocumentTests(ITestOutputHelper output)
{
    [Fact]
    public void EverySequenceOfCommands_LeavesTheDocumentsThatTheModelHas()
    {
        using var machine = new ProcedureMachine(ProcedureUnderTest.Body);
        var now = 0L;

        PropertySuite.Check(output, 300, steps =>
        {
            var run = new PropertyRun(RaceCommands.User);
            var partition = new SnapshotPartition();
            foreach (var step in steps)
            {
                now += run.WaitBefore(step, now);
                var command = run.CommandOf(step);
                var transaction = machine.Run(partition.Committed, command, now);

                Assert.True(partition.TryCommit(transaction));
                Assert.Equal(ReplyText.Of(run.Expect(command, now)), ReplyText.Of(transaction.Reply!));
                Assert.Equal(run.Partition.At(now).ToString(), StoredPartition.Of(partition.Committed, now).ToString());
            }
        });
    }
}
