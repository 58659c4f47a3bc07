using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using StreamChecker.StoredProcedure;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Limiter;

/// <summary>The limiter's measurements and spans.</summary>
public sealed class LimiterTelemetryTests : IDisposable
{
    private static readonly StreamRecordId Id = new("anna", new RecordKey(7), 1_000);
    private static readonly RecordView View = new(Id.Key.ToString(), 1_000, "film", null, 91_000);

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly IStreamPartitions partitions = Substitute.For<IStreamPartitions>();
    private readonly Activity caller = new Activity("caller").Start();
    private readonly RecordedTelemetry telemetry;
    private readonly StreamLimiter limiter;

    public LimiterTelemetryTests()
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        telemetry = new(meters);
        limiter = Limiters.Of(partitions, new(), TimeProvider.System, new StreamTelemetry(meters));
    }

    public void Dispose()
    {
        telemetry.Dispose();
        caller.Dispose();
        services.Dispose();
    }

    [Fact]
    public async Task AHeartbeat_IsCountedByWhetherItHasWritten()
    {
        Return(new PartitionResult.Committed(new StreamReply.Renewed(Written: true, View)), new PartitionResult.Committed(new StreamReply.Renewed(Written: false, View)));

        await limiter.RenewAsync(Id, CancellationToken.None);
        Assert.Equal((1, 0), (Heartbeats(written: true), Heartbeats(written: false)));

        await limiter.RenewAsync(Id, CancellationToken.None);
        Assert.Equal((1, 1), (Heartbeats(written: true), Heartbeats(written: false)));
    }

    [Fact]
    public async Task AStart_CountsTheRulesThatItViolates_AndTheStreamsThatWouldBe()
    {
        var start = new StartStream { UserId = "anna", StreamId = "film" };
        Return(
            new PartitionResult.Committed(new StreamReply.Admitted(false, 1_000, 91_000, 3, 2, [], Observed: ["places"])),
            new PartitionResult.Committed(new StreamReply.Admitted(true, 1_000, 91_000, 3, 2, [], Observed: ["places"])),
            new PartitionResult.Committed(new StreamReply.LimitReached(4, [new("streams", 3, 4, [View]), new("uhd", 1, 1, [View])], null)));

        for (var call = 0; call < 3; call++)
        {
            await limiter.StartAsync(start, CancellationToken.None);
        }

        Assert.Equal((1, 0), (Exceeded("places", "observe"), Exceeded("places", "enforce")));
        Assert.Equal((1, 1), (Exceeded("streams", "enforce"), Exceeded("uhd", "enforce")));
        Assert.Equal([2], Streams("stream_checker.streams.active"));
        Assert.Equal([2, 5], Streams("stream_checker.streams.attempted"));
    }

    [Fact]
    public async Task APlanThatDoesNotExist_IsCounted()
    {
        Return(new PartitionResult.Committed(new StreamReply.Listed(null, [], "gold")));

        await limiter.GetLimitAsync("anna", CancellationToken.None);

        Assert.Single(telemetry.Measured, entry => entry.Name == "stream_checker.plans.unknown");
    }

    [Fact]
    public async Task AStopOfAllThatIsRepeated_CountsItsEndingsOnce()
    {
        Return(
            new PartitionResult.Committed(new StreamReply.Stopped(2)),
            new PartitionResult.Committed(new StreamReply.Stopped(2, Replayed: true)));

        await limiter.StopAllAsync("anna", "stop-1", CancellationToken.None);
        await limiter.StopAllAsync("anna", "stop-1", CancellationToken.None);

        Assert.Equal(2, telemetry.Sum("stream_checker.endings", "stream_checker.reason", "stopped"));
    }

    [Fact]
    public async Task EveryTryThatDidNotCommit_IsCountedByItsCause()
    {
        Return(
            new PartitionResult.Conflict(),
            new PartitionResult.Throttled(TimeSpan.FromMilliseconds(1)),
            new PartitionResult.Ambiguous("the connection was lost"),
            new PartitionResult.Conflict(),
            new PartitionResult.Busy("429 inside the procedure"),
            new PartitionResult.Committed(new StreamReply.Stopped(1), RequestCharge: 7.5));

        await limiter.StopAsync(Id, CancellationToken.None);

        Assert.Equal((2, 1, 1, 1), (Retries("conflict"), Retries("throttled"), Retries("ambiguous"), Retries("busy")));
        Assert.Equal(7.5, telemetry.Sum("stream_checker.partition.operation.request_charge", "stream_checker.operation", "stop"));
        Assert.Single(telemetry.Measured, entry => entry.Name == "stream_checker.partition.operation.duration");
        var span = Span();
        Assert.Equal(
            ["stream_checker.conflict", "stream_checker.throttled", "stream_checker.ambiguous", "stream_checker.conflict", "stream_checker.busy"], span.Events.Select(happened => happened.Name));
        Assert.Equal((7.5, ActivityStatusCode.Unset), (span.GetTagItem("stream_checker.request_charge"), span.Status));
    }

    [Theory]
    [InlineData("renew_many")]
    [InlineData("set_limit_many")]
    public async Task ManyCommands_AreOneOperation_NamedAfterThem(string operation)
    {
        partitions.ExecuteMany(default!, default).ReturnsForAnyArgs(call => call.Arg<IReadOnlyList<StreamCommand>>().Select(command => Task.FromResult<PartitionResult>(
            new PartitionResult.Committed(command is RenewCommand ? new StreamReply.Renewed(Written: true, View) : new StreamReply.LimitSet(5, null, null), RequestCharge: 12))).ToArray());

        _ = operation == "renew_many"
            ? (object)await limiter.RenewManyAsync([Id, new("bert", Id.Key, 1_000), new("carla", Id.Key, 1_000)], CancellationToken.None)
            : await limiter.SetLimitsAsync([new("anna", LimitChange.ToLimit(5)), new("bert", LimitChange.Reset), new("carla", LimitChange.ToPlan(null))], CancellationToken.None);

        Assert.Equal(36, telemetry.Sum("stream_checker.partition.operation.request_charge", "stream_checker.operation", operation));
        Assert.Equal(operation, Assert.Single(telemetry.Measured, entry => entry.Name == "stream_checker.partition.operation.duration").Attributes["stream_checker.operation"]);
        Assert.Equal((3, 36.0), (Span().GetTagItem("stream_checker.commands"), Span().GetTagItem("stream_checker.request_charge")));
    }

    [Fact]
    public async Task NoCommands_AreNoOperation()
    {
        Assert.Empty(await limiter.RenewManyAsync([], CancellationToken.None));
        Assert.Empty(await limiter.SetLimitsAsync([], CancellationToken.None));

        Assert.Empty(telemetry.Measured);
    }

    [Fact]
    public async Task ACallThatTheStoreRejects_IsASpanWithAnError()
    {
        Return(new PartitionResult.Throttled(TimeSpan.FromMinutes(1)));

        await Assert.ThrowsAsync<StreamStoreUnavailableException>(() => limiter.ListAsync("anna", CancellationToken.None));

        AssertFailed(nameof(StreamStoreUnavailableException));
    }

    [Fact]
    public async Task ACallThatFails_IsASpanWithItsError()
    {
        partitions.ExecuteAsync(default!, default).ReturnsForAnyArgs<PartitionResult>(_ => throw new StoredProcedureException("streams: a bug"));

        await Assert.ThrowsAsync<StoredProcedureException>(() => limiter.StopAllAsync("anna", null, CancellationToken.None));

        AssertFailed(nameof(StoredProcedureException));
    }

    [Fact]
    public async Task ACallWithoutAResponseInTime_IsASpanOfAnUnavailableStore()
    {
        partitions.ExecuteAsync(default!, default).ReturnsForAnyArgs<PartitionResult>(_ => throw new OperationCanceledException());

        await Assert.ThrowsAsync<StreamStoreUnavailableException>(() => limiter.StopAllAsync("anna", null, CancellationToken.None));

        AssertFailed(nameof(StreamStoreUnavailableException));
    }

    private double Heartbeats(bool written) => telemetry.Sum("stream_checker.heartbeats", "stream_checker.written", written);

    private double Retries(string cause) => telemetry.Sum("stream_checker.partition.retries", "stream_checker.cause", cause);

    private Activity Span() => Assert.Single(telemetry.Spans, span => span.TraceId == caller.TraceId);

    private void AssertFailed(string error)
    {
        var span = Span();
        Assert.Equal((ActivityStatusCode.Error, error), (span.Status, span.GetTagItem("error.type")));
    }

    private double Exceeded(string rule, string mode) => telemetry.Measured
        .Where(entry => entry.Name == "stream_checker.rules.exceeded" && Equals(entry.Attributes["stream_checker.rule"], rule) && Equals(entry.Attributes["stream_checker.mode"], mode))
        .Sum(entry => entry.Value);

    private IEnumerable<double> Streams(string name) => telemetry.Measured
        .Where(entry => entry.Name == name && Equals(entry.Attributes["stream_checker.plan"], "default")).Select(entry => entry.Value).Order();

    private void Return(PartitionResult first, params PartitionResult[] then) => partitions.ExecuteAsync(default!, default).ReturnsForAnyArgs(first, then);
}
