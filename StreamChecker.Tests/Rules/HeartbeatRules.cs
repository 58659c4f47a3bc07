using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Rules;

/// <summary>How a stream stays alive, and how it dies.</summary>
public abstract class HeartbeatRules(Store store) : PartitionRules(store)
{
    public sealed class OnEmbedded() : HeartbeatRules(Store.Embedded);

    public sealed class OnCosmos() : HeartbeatRules(Store.Cosmos);

    [Fact]
    public async Task AHeartbeat_RestartsTheLease()
    {
        var record = (await Partition.AdmitAsync()).Record;
        Partition.Pass(seconds: 30);

        var alive = Assert.IsType<RenewResult.Alive>(await Partition.RenewAsync(record.Id));

        Assert.Equal(Partition.Time.GetUtcNow().AddSeconds(90), alive.Record.ExpiresAt);
        Assert.Equal(record with { ExpiresAt = alive.Record.ExpiresAt }, alive.Record);
    }

    [Theory]
    [InlineData(14.999, false)]
    [InlineData(15, true)]
    [InlineData(60, true)]
    public async Task AHeartbeat_WritesOnlyWhereTheLeaseHasRunDownByHalfAnInterval(double seconds, bool writes)
    {
        var record = (await Partition.AdmitAsync()).Record;
        Partition.Pass(seconds);
        var before = Partition.Engine.Syncs;

        var alive = Assert.IsType<RenewResult.Alive>(await Partition.RenewAsync(record.Id));

        Assert.Equal(writes, Partition.Engine.Syncs > before);
        Assert.Equal(writes, alive.Record.ExpiresAt > record.ExpiresAt);
    }

    [Theory]
    [InlineData(14.999, false)]
    [InlineData(15, true)]
    public async Task TheProceduresReply_SaysWhetherItHasWritten(double seconds, bool writes)
    {
        var record = (await Partition.AdmitAsync()).Record;
        Partition.Pass(seconds);

        var response = await Partition.Partitions.ExecuteAsync(
            new RenewCommand { UserId = "anna", Key = record.Id.Key.ToString(), StartedAt = record.Id.StartedAt, LeaseMs = 90_000, IntervalMs = 30_000 },
            CancellationToken.None);

        Assert.Equal(writes, Assert.IsType<StreamReply.Renewed>(Assert.IsType<PartitionResult.Committed>(response).Reply).Written);
    }

    [Theory]
    [InlineData(90, 30)]
    [InlineData(90, 44)]
    [InlineData(10, 4)]
    [InlineData(3, 1)]
    public async Task OneLostHeartbeat_NeverCostsAStream(int lease, int interval)
    {
        await using var steady = await OpenAsync(options =>
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
        var record = (await Partition.AdmitAsync()).Record;
        Partition.Pass(90 + (millisecondsAfterTheLapse / 1000.0));

        Assert.Equal(over, await Partition.RenewAsync(record.Id) is RenewResult.Ended { Ending.Reason: StreamEndReason.Expired });
        Assert.Equal(over ? 0 : 1, (await Partition.ActiveAsync()).Count);
    }

    [Fact]
    public async Task AReplacedStream_LearnsWhatTookItsPlace()
    {
        var tv = (await Partition.AdmitAsync(deviceName: "TV")).Record;
        var phone = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(
            new() { UserId = "anna", StreamId = "match", DeviceName = "Phone", Replace = [tv.Id] }));

        var ending = await Partition.EndingAsync(tv.Id);

        Assert.Equal(new(StreamEndReason.Replaced, new(phone.Record.Id, "match", "Phone")), ending);
    }

    [Fact]
    public async Task AStoppedStream_LearnsThatItWasStopped()
    {
        var record = (await Partition.AdmitAsync()).Record;
        await Partition.StopAsync(record.Id);

        Assert.Equal(new(StreamEndReason.Stopped, null), await Partition.EndingAsync(record.Id));
    }

    [Fact]
    public async Task AReason_IsKeptForTheLastMinute_AndForTheLastEightStreams()
    {
        var ended = new List<StreamRecordId>();
        for (var i = 0; i < 12; i++)
        {
            ended.Add((await Partition.AdmitAsync()).Record.Id);
            await Partition.StopAsync(ended[^1]);
            Partition.Pass(seconds: 5);
        }

        await Partition.AdmitAsync();
        Assert.Equal(Enumerable.Repeat(StreamEndReason.Stopped, 12), await ReasonsAsync(ended));

        Partition.Pass(seconds: 60);
        await Partition.AdmitAsync();

        Assert.Equal(
            [.. Enumerable.Repeat(StreamEndReason.Unknown, 4), .. Enumerable.Repeat(StreamEndReason.Stopped, 8)], await ReasonsAsync(ended));
    }

    [Fact]
    public async Task AReason_IsForgottenByTheSweep()
    {
        var record = (await Partition.AdmitAsync()).Record;
        await Partition.StopAsync(record.Id);
        Partition.Pass(601);

        Assert.Equal(StreamEndReason.Unknown, (await Partition.EndingAsync(record.Id)).Reason);
    }

    [Fact]
    public async Task AnIdThatWasNeverGivenOut_IsUnknown()
    {
        await Partition.AdmitAsync();

        Assert.Equal(StreamEndReason.Unknown, (await Partition.EndingAsync(new("anna", RecordKey.New(), 1))).Reason);
        Assert.Equal(StreamEndReason.Unknown, (await Partition.EndingAsync(new("bert", RecordKey.New(), 1))).Reason);
        Assert.Single(await Partition.ActiveAsync());
    }

    [Theory]
    [InlineData("anna", 1)]
    [InlineData("anna", -1)]
    [InlineData("bert", 0)]
    public async Task AllOfTheId_IsMatched(string userId, int millisecondsLater)
    {
        var record = (await Partition.AdmitAsync()).Record;
        await Partition.AdmitAsync("bert");
        var other = new StreamRecordId(userId, record.Id.Key, record.Id.StartedAt + millisecondsLater);

        Assert.Equal(StreamEndReason.Unknown, (await Partition.EndingAsync(other)).Reason);
        Assert.False(await Partition.StopAsync(other));

        Assert.IsType<RenewResult.Alive>(await Partition.RenewAsync(record.Id));
    }

    [Theory]
    [InlineData(90, 30, 30, 10)]
    [InlineData(30, 10, 90, 30)]
    [InlineData(90, 30, 0, 30)]
    [InlineData(0, 30, 90, 30)]
    public async Task AHeartbeatAfterTheLeaseSettingWasChanged_TakesTheNewLeaseAtOnce(int lease, int interval, int newLease, int newInterval)
    {
        await using var partition = await OpenAsync(options => (options.LeaseSeconds, options.HeartbeatIntervalSeconds) = (lease, interval));
        var record = (await partition.AdmitAsync()).Record;
        var restarted = partition.With(options => (options.LeaseSeconds, options.HeartbeatIntervalSeconds) = (newLease, newInterval));
        partition.Pass(seconds: 1);

        var alive = Assert.IsType<RenewResult.Alive>(await restarted.RenewAsync(record.Id, CancellationToken.None));

        Assert.Equal(newLease == 0 ? null : partition.Time.GetUtcNow().AddSeconds(newLease), alive.Record.ExpiresAt);
        Assert.Equal(newLease == 0 ? -1 : newLease + 600, (await partition.DocumentAsync(record.Id)).GetProperty("ttl").GetInt32());
    }

    [Fact]
    public async Task WithoutALease_AHeartbeatReadsOnly()
    {
        await using var endless = await OpenAsync(options => options.LeaseSeconds = 0);
        var record = (await endless.AdmitAsync()).Record;
        endless.Pass(seconds: 10_000);
        var before = endless.Engine.Syncs;

        Assert.Null(Assert.IsType<RenewResult.Alive>(await endless.RenewAsync(record.Id)).Record.ExpiresAt);

        Assert.Equal(before, endless.Engine.Syncs);
    }

    private async Task<StreamEndReason[]> ReasonsAsync(IEnumerable<StreamRecordId> ids)
    {
        var reasons = new List<StreamEndReason>();
        foreach (var id in ids)
        {
            reasons.Add((await Partition.EndingAsync(id)).Reason);
        }

        return [.. reasons];
    }
}
