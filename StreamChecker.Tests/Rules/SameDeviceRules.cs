namespace StreamChecker.Tests.Rules;

/// <summary>A device has one stream: a player that starts again takes over, unless it asks to be counted.</summary>
public abstract class SameDeviceRules(Store store) : PartitionRules(store)
{
    public sealed class OnEmbedded() : SameDeviceRules(Store.Embedded);

    public sealed class OnCosmos() : SameDeviceRules(Store.Cosmos);

    [Fact]
    public async Task AStart_EndsTheStreamOfItsDevice_EvenBelowTheLimit()
    {
        var first = (await AdmitAsync(OnTv)).Record;
        Partition.Pass(seconds: 1);

        var second = await AdmitAsync(OnTv with { StreamId = "match" });

        Assert.Equal([new(first.Id, "film", "TV", SameDevice: true)], second.Replaced);
        Assert.Equal(1, second.Active);
        Assert.Equal([second.Record.Id], (await Partition.ActiveAsync()).Select(stream => stream.Id));
    }

    [Fact]
    public async Task TheEndedStream_LearnsThatItsOwnDeviceTookOver()
    {
        var first = (await AdmitAsync(OnTv)).Record;
        var second = (await AdmitAsync(OnTv with { StreamId = "match" })).Record;

        Assert.Equal(new(StreamEndReason.Replaced, new(second.Id, "match", "TV"), SameDevice: true), await Partition.EndingAsync(first.Id));
    }

    [Fact]
    public async Task AtTheLimit_OnlyTheDevicesOwnStreamEnds()
    {
        var tv = (await AdmitAsync(OnTv)).Record;
        await Partition.AdmitAsync(deviceName: "Phone");
        await Partition.AdmitAsync(deviceName: "Tablet");

        var restarted = await AdmitAsync(OnTv);

        Assert.Equal([tv.Id], restarted.Replaced.Select(stream => stream.Id));
        Assert.Equal((3, 3), (restarted.Active, restarted.Limit));
    }

    [Fact]
    public async Task AnotherDevice_AtTheLimit_IsRejected()
    {
        await AdmitAsync(OnTv);
        await Partition.AdmitAsync();
        await Partition.AdmitAsync();

        Assert.IsType<StartResult.LimitReached>(await Partition.StartAsync(OnTv with { DeviceId = "tv-2" }));
        Assert.IsType<StartResult.LimitReached>(await Partition.StartAsync(OnTv with { DeviceId = "TV-1" }));
    }

    [Fact]
    public async Task AStartThatIsRejected_EndsNoStreamOfItsDevice()
    {
        var tv = (await AdmitAsync(OnTv)).Record;
        await Partition.AdmitAsync();
        await Partition.SetLimitAsync(1);

        var rejection = Assert.IsType<StartResult.LimitReached>(await Partition.StartAsync(OnTv));

        Assert.Equal(2, rejection.First.Streams.Count);
        Assert.IsType<RenewResult.Alive>(await Partition.RenewAsync(tv.Id));
    }

    [Fact]
    public async Task WithReplaceOldest_TheDevicesOwnStreamMakesTheRoom()
    {
        var oldest = (await Partition.AdmitAsync(deviceName: "Phone")).Record;
        Partition.Pass(seconds: 1);
        await Partition.AdmitAsync(deviceName: "Tablet");
        Partition.Pass(seconds: 1);
        var tv = (await AdmitAsync(OnTv)).Record;

        var restarted = await AdmitAsync(OnTv with { OnLimit = OnLimit.ReplaceOldest });

        Assert.Equal([(tv.Id, true)], restarted.Replaced.Select(stream => (stream.Id, stream.SameDevice)));
        Assert.IsType<RenewResult.Alive>(await Partition.RenewAsync(oldest.Id));
    }

    [Fact]
    public async Task EachReplacedStream_SaysWhetherItWasOnTheSameDevice()
    {
        var phone = (await Partition.AdmitAsync(deviceName: "Phone")).Record;
        Partition.Pass(seconds: 1);
        var tv = (await AdmitAsync(OnTv)).Record;

        var restarted = await AdmitAsync(OnTv with { Replace = [phone.Id] });

        Assert.Equal([(phone.Id, false), (tv.Id, true)], restarted.Replaced.Select(stream => (stream.Id, stream.SameDevice)));
        Assert.False((await Partition.EndingAsync(phone.Id)).SameDevice);
        Assert.True((await Partition.EndingAsync(tv.Id)).SameDevice);
    }

    [Fact]
    public async Task Count_LeavesTheDevicesStreamsAlive_UpToTheLimit()
    {
        var counted = OnTv with { SameDevice = SameDevice.Count };
        await AdmitAsync(OnTv);
        Assert.Empty((await AdmitAsync(counted)).Replaced);
        Assert.Equal(3, (await AdmitAsync(counted)).Active);

        Assert.IsType<StartResult.LimitReached>(await Partition.StartAsync(counted));
    }

    [Fact]
    public async Task Replace_EndsEveryStreamOfTheDevice()
    {
        var counted = OnTv with { SameDevice = SameDevice.Count };
        var (one, two) = ((await AdmitAsync(counted)).Record, (await AdmitAsync(counted)).Record);

        var restarted = await AdmitAsync(OnTv);

        Assert.Equal(new[] { one.Id, two.Id }.ToHashSet(), restarted.Replaced.Select(stream => stream.Id).ToHashSet());
        Assert.Single(await Partition.ActiveAsync());
    }

    [Fact]
    public async Task TheSameDeviceIdOfAnotherUser_IsAnotherDevice()
    {
        var tv = (await AdmitAsync(OnTv)).Record;

        Assert.Empty((await AdmitAsync(OnTv with { UserId = "bert" })).Replaced);
        Assert.IsType<RenewResult.Alive>(await Partition.RenewAsync(tv.Id));
    }

    [Fact]
    public async Task AStartWithoutADevice_TakesOverFromNone()
    {
        await Partition.AdmitAsync();

        Assert.Empty((await Partition.AdmitAsync()).Replaced);
    }

    [Fact]
    public async Task ALapsedStreamOfTheDevice_IsExpired_NotReplaced()
    {
        var tv = (await AdmitAsync(OnTv)).Record;
        Partition.Pass(seconds: 90);

        Assert.Empty((await AdmitAsync(OnTv)).Replaced);
        Assert.Equal(StreamEndReason.Expired, (await Partition.EndingAsync(tv.Id)).Reason);
    }

    [Fact]
    public async Task ARetry_RepeatsTheFirstResult_AndTakesOverFromNone()
    {
        var tv = (await AdmitAsync(OnTv)).Record;
        var restart = OnTv with { IdempotencyKey = "play-1" };
        var first = await AdmitAsync(restart);

        var again = await AdmitAsync(restart);

        Assert.Equal([(tv.Id, true)], again.Replaced.Select(stream => (stream.Id, stream.SameDevice)));
        Assert.Equal((first.Record, true), (again.Record, again.Replayed));
        Assert.Single(await Partition.ActiveAsync());
    }

    [Fact]
    public async Task TheSameKeyForAnotherDevice_IsRejected()
    {
        var start = OnTv with { IdempotencyKey = "play-1" };
        await AdmitAsync(start);

        Assert.IsType<StartResult.KeyReused>(await Partition.StartAsync(start with { DeviceId = "tv-2" }));
        Assert.IsType<StartResult.KeyReused>(await Partition.StartAsync(start with { DeviceId = null }));
        Assert.IsType<StartResult.KeyReused>(await Partition.StartAsync(start with { SameDevice = SameDevice.Count }));
        Assert.Single(await Partition.ActiveAsync());
    }

    [Fact]
    public async Task SimultaneousStartsOfOneDevice_LeaveOneStream()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Partition.StartAsync(OnTv))));

        Assert.All(results, result => Assert.IsType<StartResult.Admitted>(result));
        Assert.Single(await Partition.ActiveAsync());
    }

    [Fact]
    public async Task ADeviceId_Has128CharactersAtMost_AndCountRequiresIt()
    {
        await AdmitAsync(OnTv with { DeviceId = new string('x', 128) });

        await Assert.ThrowsAsync<ArgumentException>(() => Partition.StartAsync(OnTv with { DeviceId = new string('x', 129) }));
        await Assert.ThrowsAsync<ArgumentException>(() => Partition.StartAsync(OnTv with { DeviceId = "" }));
        await Assert.ThrowsAsync<ArgumentException>(() => Partition.StartAsync(OnTv with { DeviceId = null, SameDevice = SameDevice.Count }));
    }

    private static StartStream OnTv => new() { UserId = "anna", StreamId = "film", DeviceName = "TV", DeviceId = "tv-1" };

    private async Task<StartResult.Admitted> AdmitAsync(StartStream start) => Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(start));
}
