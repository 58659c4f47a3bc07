using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using StreamChecker.Partitions;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Rules;

/// <summary>What happens between a call and its transaction: conflicts, throttling and failures that leave in doubt.</summary>
public sealed class RetriesTests
{
    private static readonly PartitionAnswer Admitted = new PartitionAnswer.Committed(
        new StreamReply.Admitted(false, new SlotView(0, RecordKey.New().ToString(), "film", null, 1, 2), 3, 1, []));

    private static readonly PartitionAnswer Replay = new PartitionAnswer.Committed(
        new StreamReply.Admitted(true, new SlotView(0, RecordKey.New().ToString(), "film", null, 1, 2), 3, 1, []));

    private readonly IStreamPartitions partitions = Substitute.For<IStreamPartitions>();
    private readonly FakeTimeProvider time = new() { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
    private readonly List<StartCommand> commands = [];

    [Fact]
    public async Task AfterAConflict_TheSameStartIsTriedAgain()
    {
        Answer(new PartitionAnswer.Conflict(false), new PartitionAnswer.Conflict(false), Admitted);

        Assert.IsType<StartResult.Admitted>(await StartAsync());

        Assert.Equal(3, commands.Count);
        Assert.Single(commands.Select(command => command.RecordId).Distinct());
    }

    [Fact]
    public async Task AfterAFailureInDoubt_TheSameStartIsTriedAgain()
    {
        Answer(new PartitionAnswer.Ambiguous("the connection was lost"), Admitted);

        Assert.IsType<StartResult.Admitted>(await StartAsync());

        Assert.Single(commands.Select(command => command.RecordId).Distinct());
        Assert.Equal([false, true], commands.Select(command => command.MayRepeat));
    }

    [Fact]
    public async Task AReplayThatOurOwnRetryFound_IsNotTheCallersRetry()
    {
        Answer(new PartitionAnswer.Ambiguous("the answer was lost"), Replay);
        Assert.False(Assert.IsType<StartResult.Admitted>(await StartAsync()).Replayed);

        Answer(Replay);
        Assert.True(Assert.IsType<StartResult.Admitted>(await StartAsync()).Replayed);
    }

    [Fact]
    public async Task TwoStarts_AreNeverTheSameStart()
    {
        Answer(Admitted, Admitted);

        await StartAsync();
        await StartAsync();

        Assert.Equal(2, commands.Select(command => command.RecordId).Distinct().Count());
    }

    [Fact]
    public async Task AShortThrottle_IsWaitedFor()
    {
        Answer(new PartitionAnswer.Throttled(TimeSpan.FromMilliseconds(120)), Admitted);
        var began = time.GetUtcNow();

        Assert.IsType<StartResult.Admitted>(await StartAsync());

        Assert.True(time.GetUtcNow() - began >= TimeSpan.FromMilliseconds(120));
    }

    [Fact]
    public async Task ALongThrottle_IsPassedOnAtOnce()
    {
        Answer(new PartitionAnswer.Throttled(TimeSpan.FromSeconds(2)), Admitted);

        var refusal = await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);

        Assert.Equal(TimeSpan.FromSeconds(2), refusal.RetryAfter);
        Assert.Single(commands);
    }

    [Fact]
    public async Task EndlessConflicts_EndAtTheDeadline()
    {
        Answer(new PartitionAnswer.Conflict(false));
        var began = time.GetUtcNow();

        await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);

        Assert.InRange(time.GetUtcNow() - began, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task AStoreThatDoesNotAnswer_IsUnavailableAtTheDeadline()
    {
        partitions.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>())
            .Returns(call => Task.Delay(Timeout.InfiniteTimeSpan, call.Arg<CancellationToken>()).ContinueWith(
                done => done.IsCanceled ? throw new OperationCanceledException(call.Arg<CancellationToken>()) : Admitted, TaskScheduler.Default));

        await Assert.ThrowsAsync<StreamStoreUnavailableException>(StartAsync);
    }

    [Fact]
    public async Task ACallerWhoGoesAway_IsNoFailureOfTheStore()
    {
        using var gone = new CancellationTokenSource();
        partitions.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>())
            .Returns<PartitionAnswer>(call =>
            {
                gone.Cancel();
                call.Arg<CancellationToken>().ThrowIfCancellationRequested();
                return Admitted;
            });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Limiter().StartAsync(Film, gone.Token));
    }

    [Fact]
    public async Task ASlotThatCannotBeSeen_IsOverwrittenOnlyAfterSeveralRefusals()
    {
        var unseen = new PartitionAnswer.Conflict(UnseenSlot: true);
        Answer(unseen, unseen, unseen, Admitted);

        await StartAsync();

        Assert.Equal([false, false, false, true], commands.Select(command => command.OverwriteUnseen));
    }

    [Fact]
    public async Task ABugOfTheProcedure_IsNotTriedAgain()
    {
        partitions.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>())
            .Returns<PartitionAnswer>(_ => throw new StoredProcedureException("TypeError"));

        await Assert.ThrowsAsync<StoredProcedureException>(StartAsync);

        await partitions.Received(1).ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>());
    }

    private static StartStream Film => new() { UserId = "anna", StreamId = "film" };

    private void Answer(PartitionAnswer first, params PartitionAnswer[] others) =>
        partitions.ExecuteAsync(Arg.Do<StreamCommand>(command => commands.Add((StartCommand)command)), Arg.Any<CancellationToken>())
            .Returns(first, others);

    private StreamLimiter Limiter() => new(partitions, Options.Create(new StreamCheckerOptions()), time, Telemetry.None());

    /// <summary>Starts, and lets the clock run for as long as that takes.</summary>
    private async Task<StartResult> StartAsync()
    {
        var starting = Limiter().StartAsync(Film, CancellationToken.None);
        while (!starting.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(25));
            await Task.Delay(1);
        }

        return await starting;
    }
}
