using InProcessCosmos.Execution;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.Server.Embedded;

namespace StreamChecker.Tests.Rules;

/// <summary>Time never goes back in a partition, regardless of the machine's clock.</summary>
public sealed class ClockTests
{
    [Fact]
    public async Task AfterACrashAndAClockThatWentBack_TimeGoesOnFromWhatIsStored()
    {
        await using var partition = new PartitionOnThisMachine();
        var first = (await partition.AdmitAsync()).Record;
        using var copy = new TemporaryFolder();
        foreach (var file in new DirectoryInfo(partition.Engine.Path).EnumerateFiles().Where(file => file.Name != "LOCK"))
        {
            File.Copy(file.FullName, Path.Combine(copy.Path, file.Name));
        }

        var earlier = new FakeTimeProvider(partition.Time.GetUtcNow().AddMinutes(-1));
        await using var engine = DocumentEngine.Open(new EngineOptions { DataPath = copy.Path }, earlier, NullLogger.Instance);
        var limiter = Limiters.Of(new EmbeddedStreamPartitions(engine, ProcedureUnderTest.Body), new(), earlier);
        var second = Assert.IsType<StartResult.Admitted>(
            await limiter.StartAsync(new() { UserId = "anna", StreamId = "film" }, CancellationToken.None)).Record;

        Assert.Equal((first.StartedAt, first.ExpiresAt), (second.StartedAt, second.ExpiresAt));
    }

    [Fact]
    public async Task AClockThatStepsForwardByALease_EndsWhatIsAlive_AndSteppingBackTakesNothingBack()
    {
        await using var partition = new PartitionOnThisMachine();
        var (tv, phone) = ((await partition.AdmitAsync()).Record, (await partition.AdmitAsync()).Record);
        partition.Pass(seconds: 1);

        var laptop = Assert.IsType<StartResult.Admitted>(await StartAsync(partition.OnClock(secondsAhead: 90)));
        Assert.Equal(1, laptop.Active);

        Assert.Equal(StreamEndReason.Expired, (await partition.EndingAsync(tv.Id)).Reason);
        Assert.Equal(StreamEndReason.Expired, (await partition.EndingAsync(phone.Id)).Reason);
        Assert.IsType<RenewResult.Alive>(await partition.RenewAsync(laptop.Record.Id));
        Assert.Equal((2, 3), ((await partition.AdmitAsync()).Active, (await partition.AdmitAsync()).Active));
        await partition.RejectAsync();
        await AssertUnexpiredAsync(partition, 3);
    }

    [Fact]
    public async Task AClockThatStepsBackByALease_AdmitsNoMore_AndEndsNothing()
    {
        await using var partition = new PartitionOnThisMachine();
        var tv = (await partition.AdmitAsync()).Record;
        partition.Pass(seconds: 30);
        await partition.AdmitAsync();
        var behind = partition.OnClock(secondsAhead: -90);

        var laptop = Assert.IsType<StartResult.Admitted>(await StartAsync(behind));
        Assert.Equal((3, partition.Time.GetUtcNow()), (laptop.Active, laptop.Record.StartedAt));
        Assert.IsType<StartResult.LimitReached>(await StartAsync(behind));
        Assert.Equal(tv, Assert.IsType<RenewResult.Alive>(await behind.RenewAsync(tv.Id, CancellationToken.None)).Record);

        await partition.RejectAsync();
        await AssertUnexpiredAsync(partition, 3);
        Assert.Equal(partition.Time.GetUtcNow().AddSeconds(90), Assert.IsType<RenewResult.Alive>(await partition.RenewAsync(tv.Id)).Record.ExpiresAt);
    }

    /// <summary>By its times alone, the stream would need no heartbeat for an hour, and its document would go meanwhile.</summary>
    [Fact]
    public async Task AfterAClockWasAnHourAheadOnce_AStreamThatBeats_IsNeverRemoved()
    {
        await using var partition = new PartitionOnThisMachine();
        var id = Assert.IsType<StartResult.Admitted>(await StartAsync(partition.OnClock(secondsAhead: 3600))).Record.Id;
        for (var beat = 0; beat < 140; beat++)
        {
            partition.Pass(seconds: 30);
            Assert.IsType<RenewResult.Alive>(await partition.RenewAsync(id));
        }

        await partition.Engine.SweepAsync(CancellationToken.None);
        Assert.Equal(id, Assert.Single(await partition.ActiveAsync()).Id);
    }

    /// <summary>Its lease ends in an hour; its document goes after its <c>ttl</c>, by the database's clock.</summary>
    [Fact]
    public async Task AfterAClockWasAnHourAheadOnce_ADeadPlayerMakesRoomWhenItsDocumentGoes()
    {
        await using var partition = new PartitionOnThisMachine(options => options.MaxConcurrentStreams = 1);
        await StartAsync(partition.OnClock(secondsAhead: 3600));

        partition.Pass(seconds: 689);
        await partition.RejectAsync();
        partition.Pass(seconds: 1);

        Assert.Equal(1, (await partition.AdmitAsync()).Active);
    }

    [Fact]
    public async Task AfterALimitWasSetByAClockAnHourAhead_ADeadPlayerMakesRoomAfterItsLease()
    {
        await using var partition = new PartitionOnThisMachine();
        await partition.AdmitAsync();
        await partition.OnClock(secondsAhead: 3600).SetLimitAsync("anna", LimitChange.ToLimit(1), null, CancellationToken.None);

        partition.Pass(seconds: 89);
        await partition.RejectAsync();
        partition.Pass(seconds: 1);

        Assert.Equal(1, (await partition.AdmitAsync()).Active);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-20)]
    public async Task RetryAfter_IsByTheClockThatRejects(double secondsAhead)
    {
        await using var partition = new PartitionOnThisMachine(options => options.MaxConcurrentStreams = 1);
        await StartAsync(partition.OnClock(secondsAhead));

        partition.Pass(seconds: 10);

        Assert.Equal(TimeSpan.FromSeconds(secondsAhead + 90 - 10), (await partition.RejectAsync()).RetryAfter);
    }

    private static Task<StartResult> StartAsync(StreamLimiter limiter) =>
        limiter.StartAsync(new() { UserId = "anna", StreamId = "film" }, CancellationToken.None);

    /// <summary>By the documents themselves: records that have not ended and whose lease has not lapsed.</summary>
    private static async Task AssertUnexpiredAsync(PartitionOnThisMachine partition, int count)
    {
        var now = partition.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(count, (await partition.DocumentsAsync()).Values.Count(
            document => document.TryGetProperty("expiresAt", out var expiresAt) && !document.TryGetProperty("ended", out _) && expiresAt.GetInt64() > now));
    }
}
