using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Limiter;

/// <summary>What happens between a call and its transaction: conflicts, throttling and failures that leave in doubt.</summary>
public sealed class RetriesTests
{
    private static readonly PartitionResult Admitted = new PartitionResult.Committed(
        new StreamReply.Admitted(false, 1, 2, 3, 1, []));

    private static readonly PartitionResult Replay = new PartitionResult.Committed(
        new StreamReply.Admitted(true, 1, 2, 3, 1, []));

    private readonly IStreamPartitions partitions = Substitute.For<IStreamPartitions>();
    private readonly PausesSeen time = new() { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
    private readonly List<StartCommand> commands = [];

    [Fact]
    public async Task AfterAConflict_TheSameStartIsTriedAgain()
    {
        Return(new PartitionResult.Conflict(), new PartitionResult.Conflict(), Admitted);

        Assert.IsType<StartResult.Admitted>(await StartAsync());

        Assert.Equal(3, commands.Count);
        Assert.Single(commands.Select(command => command.Key).Distinct());
    }

    [Fact]
    public async Task AfterAFailureInDoubt_TheSameStartIsTriedAgain()
    {
        Return(new PartitionResult.Ambiguous("the connection was lost"), Admitted);

        Assert.IsType<StartResult.Admitted>(await StartAsync());

        Assert.Single(commands.Select(command => command.Key).Distinct());
    }

    [Fact]
    public async Task AReplayThatOurOwnRetryFound_IsNotTheCallersRetry()
    {
        Return(new PartitionResult.Ambiguous("the response was lost"), Replay);
        Assert.False(Assert.IsType<StartResult.Admitted>(await StartAsync()).Replayed);

        Return(Replay);
        Assert.True(Assert.IsType<StartResult.Admitted>(await StartAsync()).Replayed);
    }

    [Fact]
    public async Task AnOperationThatIsTriedAgain_IsTheSameOperation_AndNotTheCallersRetry()
    {
        var operations = new List<string>();
        partitions.ExecuteAsync(Arg.Do<StreamCommand>(command => operations.Add(OperationOf(command))), Arg.Any<CancellationToken>()).Returns(
            new PartitionResult.Ambiguous("the response was lost"),
            new PartitionResult.Committed(new StreamReply.Stopped(2, Replayed: true)),
            new PartitionResult.Ambiguous("the response was lost"),
            new PartitionResult.Committed(new StreamReply.LimitSet(5, null, null, Replayed: true)));

        Assert.Equal(new StopAllResult.Stopped(2, Replayed: false), await FinishAsync(Limiter().StopAllAsync("anna", null, CancellationToken.None)));
        Assert.Equal(
            new SetLimitResult.LimitSet(new("anna", 5, false, "default"), Replayed: false),
            await FinishAsync(Limiter().SetLimitAsync("anna", LimitChange.ToLimit(5), null, CancellationToken.None)));

        Assert.Equal((operations[0], operations[2]), (operations[1], operations[3]));
        Assert.NotEqual(operations[0], operations[2]);

        static string OperationOf(StreamCommand command) => command is StopAllCommand stop ? stop.OperationId : ((SetLimitCommand)command).OperationId;
    }

    [Fact]
    public async Task TwoStarts_AreNeverTheSameStart()
    {
        Return(Admitted, Admitted);

        await StartAsync();
        await StartAsync();

        Assert.Equal(2, commands.Select(command => command.Key).Distinct().Count());
    }

    [Fact]
    public async Task AShortThrottle_IsWaitedFor()
    {
        Return(new PartitionResult.Throttled(TimeSpan.FromMilliseconds(120)), Admitted);
        var began = time.GetUtcNow();

        Assert.IsType<StartResult.Admitted>(await StartAsync());

        Assert.True(time.GetUtcNow() - began >= TimeSpan.FromMilliseconds(120));
    }

    [Fact]
    public async Task ALongThrottle_IsPassedOnAtOnce()
    {
        Return(new PartitionResult.Throttled(TimeSpan.FromSeconds(2)), Admitted);

        var rejection = await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);

        Assert.Equal(TimeSpan.FromSeconds(2), rejection.RetryAfter);
        Assert.Single(commands);
    }

    [Fact]
    public async Task AStoreThatTakesNoWrites_IsPassedOnAtOnce_WithTheReason()
    {
        Return(new PartitionResult.Unwritable("The disk is full.", TimeSpan.FromSeconds(3)), Admitted);

        var rejection = await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);

        Assert.Equal(("The disk is full.", TimeSpan.FromSeconds(3), false), (rejection.Obstacle, rejection.RetryAfter, rejection.OutcomeIsUnknown));
        Assert.Single(commands);
    }

    /// <summary>A repeat without a key would be a second stream where the first try took effect.</summary>
    [Fact]
    public async Task AFailureThatLeavesNoDoubt_SaysSo()
    {
        Return(new PartitionResult.Throttled(TimeSpan.FromSeconds(2)));
        Assert.False((await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync)).OutcomeIsUnknown);

        Return(new PartitionResult.Conflict());
        Assert.False((await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync)).OutcomeIsUnknown);

        Return(new PartitionResult.Ambiguous("the response was lost"), new PartitionResult.Throttled(TimeSpan.FromSeconds(2)));
        Assert.True((await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync)).OutcomeIsUnknown);

        Return(new PartitionResult.Ambiguous("the response was lost"));
        Assert.True((await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync)).OutcomeIsUnknown);
    }

    [Fact]
    public async Task AThrottleOfHalfASecond_IsTheLongestThatIsWaitedFor()
    {
        Return(new PartitionResult.Throttled(TimeSpan.FromMilliseconds(500)), Admitted);
        Assert.IsType<StartResult.Admitted>(await StartAsync());

        Return(new PartitionResult.Throttled(TimeSpan.FromMilliseconds(501)), Admitted);
        var rejection = await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);

        Assert.Equal(("The partition store is too busy.", TimeSpan.FromSeconds(1)), (rejection.Message, rejection.RetryAfter));
    }

    [Fact]
    public async Task EndlessConflicts_EndAtTheDeadline()
    {
        Return(new PartitionResult.Conflict());
        var began = time.GetUtcNow();

        var rejection = await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);

        Assert.InRange(time.GetUtcNow() - began, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6));
        Assert.Equal(
            ("Concurrent transactions of the same partition conflicted repeatedly.", TimeSpan.FromSeconds(1)), (rejection.Message, rejection.RetryAfter));
    }

    [Fact]
    public async Task Pauses_GrowFromTwoMillisecondsToAQuarterOfASecond()
    {
        Return(new PartitionResult.Conflict());
        for (var i = 0; i < 3; i++)
        {
            time.Pauses.Clear();
            await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);

            // No timer is made for less than a millisecond: one of the first few may be missing here.
            const int missing = 5;
            var pauses = time.Pauses.Select(pause => pause.TotalMilliseconds).Where(pause => pause < 1000).ToArray();
            Assert.All(pauses.Index(), pause => Assert.InRange(pause.Item, 1, Math.Min(2 * Math.Pow(2, pause.Index + missing), 250)));
            Assert.Contains(pauses, pause => pause > 125);
        }
    }

    [Fact]
    public async Task EndlessFailuresInDoubt_EndAtTheDeadline_WithTheirCause()
    {
        Return(new PartitionResult.Ambiguous("the connection was lost"));

        var rejection = await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);

        Assert.Equal("The partition store failed: the connection was lost", rejection.Message);
    }

    [Fact]
    public async Task EndlessShortThrottles_EndAtTheDeadline()
    {
        Return(new PartitionResult.Throttled(TimeSpan.FromMilliseconds(400)));

        var rejection = await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);

        Assert.Equal(("The partition store is too busy.", TimeSpan.FromSeconds(1)), (rejection.Message, rejection.RetryAfter));
        Assert.InRange(commands.Count, 10, 13);
    }

    [Fact]
    public async Task AStoreThatIsBusyInsideTheTransaction_IsTriedAgain_AndLeavesNoDoubt()
    {
        Return(new PartitionResult.Busy("429 inside the procedure"), Replay);

        Assert.True(Assert.IsType<StartResult.Admitted>(await StartAsync()).Replayed);
        Assert.Single(commands.Select(command => command.Key).Distinct());

        Return(new PartitionResult.Busy("429 inside the procedure"));
        var rejection = await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);
        Assert.Equal(("The partition store is too busy: 429 inside the procedure", TimeSpan.FromSeconds(1)), (rejection.Message, rejection.RetryAfter));
    }

    [Fact]
    public async Task AHeartbeatInDoubt_IsTriedAgain()
    {
        partitions.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>()).Returns(
            new PartitionResult.Ambiguous("the connection was lost"),
            new PartitionResult.Committed(new StreamReply.Ended(StreamEndReason.Stopped, null)));

        var renewing = Limiter().RenewAsync(new("anna", new RecordKey(1), 1), CancellationToken.None);

        Assert.Equal(new RenewResult.Ended(new(StreamEndReason.Stopped, null)), await FinishAsync(renewing));
    }

    [Fact]
    public async Task AStoreThatDoesNotRespond_IsUnavailableAtTheDeadline()
    {
        partitions.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>())
            .Returns(call => Task.Delay(Timeout.InfiniteTimeSpan, call.Arg<CancellationToken>()).ContinueWith(
                done => done.IsCanceled ? throw new OperationCanceledException(call.Arg<CancellationToken>()) : Admitted, TaskScheduler.Default));

        var rejection = await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);

        Assert.Equal(("The partition store did not respond in time.", TimeSpan.FromSeconds(1)), (rejection.Message, rejection.RetryAfter));
    }

    [Fact]
    public async Task ACallerWhoGoesAway_IsNoFailureOfTheStore()
    {
        using var gone = new CancellationTokenSource();
        partitions.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>())
            .Returns<PartitionResult>(call =>
            {
                gone.Cancel();
                call.Arg<CancellationToken>().ThrowIfCancellationRequested();
                return Admitted;
            });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Limiter().StartAsync(Film, gone.Token));
    }

    [Fact]
    public async Task ABugOfTheProcedure_IsNotTriedAgain()
    {
        partitions.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>())
            .Returns<PartitionResult>(_ => throw new StoredProcedureException("TypeError"));

        await Assert.ThrowsAsync<StoredProcedureException>(StartAsync);

        await partitions.Received(1).ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>());
    }

    private static StartStream Film => new() { UserId = "anna", StreamId = "film" };

    private void Return(PartitionResult first, params PartitionResult[] others) =>
        partitions.ExecuteAsync(Arg.Do<StreamCommand>(command => commands.Add((StartCommand)command)), Arg.Any<CancellationToken>())
            .Returns(first, others);

    private StreamLimiter Limiter() => Limiters.Of(partitions, new(), time);

    /// <summary>Starts, and lets the clock run for as long as that takes.</summary>
    private Task<StartResult> StartAsync() => FinishAsync(Limiter().StartAsync(Film, CancellationToken.None));

    private async Task<T> FinishAsync<T>(Task<T> running)
    {
        while (!running.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(25));
            await Task.Delay(1);
        }

        return await running;
    }

    /// <summary>A clock that notes for how long it was asked to wait.</summary>
    private sealed class PausesSeen : FakeTimeProvider
    {
        public ConcurrentQueue<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Enqueue(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
