using StreamChecker.Partitions;
using StreamChecker.Tests.Rules;

namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>Two replicas, one of which has a clock that is an hour behind: time never goes back in a partition.</summary>
public sealed class ReplicaClockTests : IDisposable
{
    private const long Now = 7_200_000;
    private const long Earlier = Now - 3_600_000;

    private readonly ProcedureMachine replica = new(ProcedureUnderTest.Body);
    private readonly ProcedureMachine behind = new(ProcedureUnderTest.Body);
    private readonly SnapshotPartition partition = new();

    public void Dispose()
    {
        replica.Dispose();
        behind.Dispose();
    }

    public static TheoryData<string, StreamCommand[]> WhatTellsTheTime => new()
    {
        { "a start", [RaceCommands.Start(1)] },
        { "a start until stopped", [RaceCommands.Start(1, leaseMs: 0)] },
        { "a new limit", [RaceCommands.Limit(5)] },
        { "a limit that is the default", [RaceCommands.Limit(RaceCommands.DefaultLimit)] },
    };

    [Theory]
    [MemberData(nameof(WhatTellsTheTime))]
    public void AStart_IsNoEarlierThanWhatWasWrittenLast(string last, params StreamCommand[] commands)
    {
        foreach (var command in commands)
        {
            Run<StreamReply>(replica, command, Now);
        }

        var admitted = Run<StreamReply.Admitted>(behind, RaceCommands.Start(11), Earlier);

        Assert.Equal((last, Now), (last, admitted.StartedAt));
    }

    [Fact]
    public void AStart_IsNoEarlierThanTheLastStop()
    {
        Run<StreamReply>(replica, RaceCommands.Start(1), Now - 60_000);
        Run<StreamReply>(replica, RaceCommands.Stop(0), Now);

        Assert.Equal(Now, Run<StreamReply.Admitted>(behind, RaceCommands.Start(11), Earlier).StartedAt);
    }

    [Fact]
    public void AStart_IsNoEarlierThanTheLastHeartbeat()
    {
        Run<StreamReply>(replica, RaceCommands.Start(1), Now - 60_000);
        Run<StreamReply>(replica, RaceCommands.Renew(0), Now);

        Assert.Equal(Now, Run<StreamReply.Admitted>(behind, RaceCommands.Start(11), Earlier).StartedAt);
    }

    [Fact]
    public void AHeartbeat_IsNoEarlierThanTheLast()
    {
        Run<StreamReply>(replica, RaceCommands.Start(1), Now);
        const long longer = RaceCommands.LeaseMs * 2;

        var renewed = Run<StreamReply.Renewed>(behind, RaceCommands.Renew(0) with { LeaseMs = longer }, Earlier);

        Assert.Equal(Now + longer, renewed.Record.ExpiresAt);
    }

    private TReply Run<TReply>(ProcedureMachine machine, StreamCommand command, long now)
        where TReply : StreamReply
    {
        var transaction = machine.Run(partition.Committed, command, now);
        Assert.True(partition.TryCommit(transaction));
        return Assert.IsType<TReply>(transaction.Reply, exactMatch: false);
    }
}
