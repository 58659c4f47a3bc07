using StreamChecker.Reliability.Model;
using StreamChecker.Reliability.Procedures;
using StreamChecker.StoredProcedure;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Properties;

/// <summary>
/// Not only the replies: after every command the documents are those that the model has. Each command runs on one of
/// several replicas, whose clocks are seconds to a lease apart: the partition's times go forward and back.
/// </summary>
public sealed class StoredDocumentTests(ITestOutputHelper output) : IDisposable
{
    private readonly ProcedureMachine[] replicas = [.. PropertyRun.Clocks.Select(_ => new ProcedureMachine(ProcedureUnderTest.Body))];

    public void Dispose() => Array.ForEach(replicas, replica => replica.Dispose());

    [Fact]
    public void EverySequenceOfCommands_LeavesTheDocumentsThatTheModelHas()
    {
        var now = -PropertyRun.Clocks.Min();

        PropertySuite.Check(output, 400, steps =>
        {
            var run = new PropertyRun(ProcedureMachine.User);
            var partition = new SnapshotPartition();
            foreach (var step in steps)
            {
                now += run.WaitBefore(step, now);
                var command = run.CommandOf(step);
                var clock = now + PropertyRun.Clocks[step.Clock];
                var transaction = replicas[step.Clock].Run(partition.Committed, command, clock);

                Assert.True(partition.TryCommit(transaction));
                Assert.Equal(ReplyText.Of(run.Expect(command, clock)), ReplyText.Of(transaction.Reply!));
                Assert.Equal(run.Partition.ToString(), StoredPartition.Of(partition.Committed).ToString());
            }
        });
    }

    [Theory]
    [InlineData(0, 12)]
    [InlineData(StreamRules.RememberedAllMilliseconds, 12)]
    [InlineData(StreamRules.RememberedAllMilliseconds + 1, StreamRules.RememberedLast)]
    public void AStart_DeletesWhatEndedMoreThanAMinuteAgo_ApartFromTheLastEight(long later, int left)
    {
        const long now = 1_000_000;
        var partition = new SnapshotPartition();
        for (var i = 0; i < 12; i++)
        {
            var admitted = Assert.IsType<StreamReply.Admitted>(Run(partition, Start($"ended {i:00}"), now));
            Run(partition, new StopCommand { UserId = ProcedureMachine.User, Key = $"ended {i:00}", StartedAt = admitted.StartedAt }, now);
        }

        Run(partition, Start("new"), now + later);

        Assert.Equal(left, partition.Committed.Keys.Count(id => id.StartsWith("ended", StringComparison.Ordinal)));
    }

    [Fact]
    public void AStart_KeepsNoMoreThanTheBoundOfWhatHasJustEnded()
    {
        const long now = 1_000_000;
        var partition = new SnapshotPartition();
        for (var i = 0; i < StreamRules.RememberedMost + 4; i++)
        {
            var admitted = Assert.IsType<StreamReply.Admitted>(Run(partition, Start($"ended {i:00}"), now));
            Run(partition, new StopCommand { UserId = ProcedureMachine.User, Key = $"ended {i:00}", StartedAt = admitted.StartedAt }, now);
        }

        Run(partition, Start("new"), now);

        Assert.Equal(StreamRules.RememberedMost, partition.Committed.Keys.Count(id => id.StartsWith("ended", StringComparison.Ordinal)));
    }

    private static StartCommand Start(string key) =>
        new() { UserId = ProcedureMachine.User, Key = key, StreamId = "film", LeaseMs = 90_000, Plan = Plan.OfLimit(3) };

    private StreamReply Run(SnapshotPartition partition, StreamCommand command, long now)
    {
        var transaction = replicas[0].Run(partition.Committed, command, now);
        Assert.True(partition.TryCommit(transaction));
        return transaction.Reply!;
    }
}
