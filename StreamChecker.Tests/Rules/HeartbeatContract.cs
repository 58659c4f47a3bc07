using StreamChecker.Partitions;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Rules;

/// <summary>How a stream stays alive, and how it dies.</summary>
public abstract class HeartbeatContract(Store store) : PartitionContract(store)
{
    public sealed class OnEmbedded() : HeartbeatContract(Store.Embedded);

    public sealed class OnCosmos() : HeartbeatContract(Store.Cosmos);

    [Fact]
    public async Task AHeartbeat_LetsTheLeaseBeginAnew()
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

        var answer = await Partition.Partitions.ExecuteAsync(
            new RenewCommand { UserId = "anna", Slot = record.Id.Slot, RecordId = record.Id.Key.ToString(), LeaseMs = 90_000, IntervalMs = 30_000 },
            CancellationToken.None);

        Assert.Equal(writes, Assert.IsType<StreamReply.Renewed>(Assert.IsType<PartitionAnswer.Committed>(answer).Reply).Written);
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
    public async Task AReason_IsKeptUntilTheSlotIsUsedTwiceOver()
    {
        var first = (await Partition.AdmitAsync()).Record;
        await Partition.StopAsync(first.Id);
        var second = (await Partition.AdmitAsync()).Record;
        Assert.Equal(first.Id.Slot, second.Id.Slot);
        Assert.Equal(StreamEndReason.Stopped, (await Partition.EndingAsync(first.Id)).Reason);

        await Partition.StopAsync(second.Id);
        await Partition.AdmitAsync();

        Assert.Equal(StreamEndReason.Stopped, (await Partition.EndingAsync(second.Id)).Reason);
        Assert.Equal(StreamEndReason.Unknown, (await Partition.EndingAsync(first.Id)).Reason);
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

        Assert.Equal(StreamEndReason.Unknown, (await Partition.EndingAsync(new("anna", 0, RecordKey.New()))).Reason);
        Assert.Equal(StreamEndReason.Unknown, (await Partition.EndingAsync(new("anna", 77, RecordKey.New()))).Reason);
        Assert.Equal(StreamEndReason.Unknown, (await Partition.EndingAsync(new("bert", 0, RecordKey.New()))).Reason);
        Assert.Single(await Partition.ActiveAsync());
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
}
