namespace StreamChecker.Tests.Rules;

/// <summary>How a stream stays alive, and how it dies.</summary>
public sealed class HeartbeatTests : IAsyncLifetime
{
    private readonly PartitionOnThisMachine partition = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Fact]
    public async Task AHeartbeat_LetsTheLeaseBeginAnew()
    {
        var record = (await partition.AdmitAsync()).Record;
        partition.Pass(seconds: 30);

        var alive = Assert.IsType<RenewResult.Alive>(await partition.RenewAsync(record.Id));

        Assert.Equal(partition.Time.GetUtcNow().AddSeconds(90), alive.Record.ExpiresAt);
        Assert.Equal(record with { ExpiresAt = alive.Record.ExpiresAt }, alive.Record);
    }

    [Theory]
    [InlineData(14.999, false)]
    [InlineData(15, true)]
    [InlineData(60, true)]
    public async Task AHeartbeat_WritesOnlyWhereTheLeaseHasRunDownByHalfAnInterval(double seconds, bool writes)
    {
        var record = (await partition.AdmitAsync()).Record;
        partition.Pass(seconds);
        var before = partition.Engine.Syncs;

        var alive = Assert.IsType<RenewResult.Alive>(await partition.RenewAsync(record.Id));

        Assert.Equal(writes, partition.Engine.Syncs > before);
        Assert.Equal(writes, alive.Record.ExpiresAt > record.ExpiresAt);
    }

    [Theory]
    [InlineData(90, 30)]
    [InlineData(90, 44)]
    [InlineData(10, 4)]
    [InlineData(3, 1)]
    public async Task OneLostHeartbeat_NeverCostsAStream(int lease, int interval)
    {
        await using var steady = new PartitionOnThisMachine(options =>
        {
            options.LeaseSeconds = lease;
            options.HeartbeatIntervalSeconds = interval;
        });
        var random = new Random(7);
        var record = (await steady.AdmitAsync()).Record;
        for (var i = 0; i < 200; i++)
        {
            // Some come early, and now and then one is lost; then the next comes two intervals after the last.
            steady.Pass(random.Next(4) switch { 0 => interval * random.NextDouble(), 1 => 2 * interval, _ => interval });

            Assert.IsType<RenewResult.Alive>(await steady.RenewAsync(record.Id));
        }
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(30_000, true)]
    public async Task AHeartbeatAfterTheLapse_RevivesNothing(int millisecondsAfterTheLapse, bool over)
    {
        var record = (await partition.AdmitAsync()).Record;
        partition.Pass(90 + (millisecondsAfterTheLapse / 1000.0));

        Assert.Equal(over, await partition.RenewAsync(record.Id) is RenewResult.Ended { Ending.Reason: StreamEndReason.Expired });
        Assert.Equal(over ? 0 : 1, (await partition.ActiveAsync()).Count);
    }

    [Fact]
    public async Task AReplacedStream_LearnsWhatTookItsPlace()
    {
        var tv = (await partition.AdmitAsync(deviceName: "TV")).Record;
        var phone = Assert.IsType<StartResult.Admitted>(await partition.StartAsync(
            new() { UserId = "anna", StreamId = "match", DeviceName = "Phone", Replace = [tv.Id] }));

        var ending = await partition.EndingAsync(tv.Id);

        Assert.Equal(new(StreamEndReason.Replaced, new(phone.Record.Id, "match", "Phone")), ending);
    }

    [Fact]
    public async Task AStoppedStream_LearnsThatItWasStopped()
    {
        var record = (await partition.AdmitAsync()).Record;
        await partition.StopAsync(record.Id);

        Assert.Equal(new(StreamEndReason.Stopped, null), await partition.EndingAsync(record.Id));
    }

    [Fact]
    public async Task AReason_IsKeptUntilTheSlotIsUsedTwiceOver()
    {
        var first = (await partition.AdmitAsync()).Record;
        await partition.StopAsync(first.Id);
        var second = (await partition.AdmitAsync()).Record;
        Assert.Equal(first.Id.Slot, second.Id.Slot);
        Assert.Equal(StreamEndReason.Stopped, (await partition.EndingAsync(first.Id)).Reason);

        await partition.StopAsync(second.Id);
        await partition.AdmitAsync();

        Assert.Equal(StreamEndReason.Stopped, (await partition.EndingAsync(second.Id)).Reason);
        Assert.Equal(StreamEndReason.Unknown, (await partition.EndingAsync(first.Id)).Reason);
    }

    [Fact]
    public async Task AReason_IsForgottenByTheSweep()
    {
        var record = (await partition.AdmitAsync()).Record;
        await partition.StopAsync(record.Id);
        partition.Pass(601);

        Assert.Equal(StreamEndReason.Unknown, (await partition.EndingAsync(record.Id)).Reason);
    }

    [Fact]
    public async Task AnIdThatWasNeverGivenOut_IsUnknown()
    {
        await partition.AdmitAsync();

        Assert.Equal(StreamEndReason.Unknown, (await partition.EndingAsync(new("anna", 0, RecordKey.New()))).Reason);
        Assert.Equal(StreamEndReason.Unknown, (await partition.EndingAsync(new("anna", 77, RecordKey.New()))).Reason);
        Assert.Equal(StreamEndReason.Unknown, (await partition.EndingAsync(new("bert", 0, RecordKey.New()))).Reason);
        Assert.Single(await partition.ActiveAsync());
    }

    [Fact]
    public async Task WithoutALease_AHeartbeatReadsOnly()
    {
        await using var endless = new PartitionOnThisMachine(options => options.LeaseSeconds = 0);
        var record = (await endless.AdmitAsync()).Record;
        endless.Pass(seconds: 100_000);
        var before = endless.Engine.Syncs;

        Assert.Null(Assert.IsType<RenewResult.Alive>(await endless.RenewAsync(record.Id)).Record.ExpiresAt);

        Assert.Equal(before, endless.Engine.Syncs);
    }
}
