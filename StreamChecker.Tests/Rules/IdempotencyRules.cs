namespace StreamChecker.Tests.Rules;

/// <summary>A retry with the same key is the same start.</summary>
public abstract class IdempotencyRules(Store store) : PartitionRules(store)
{
    public sealed class OnEmbedded() : IdempotencyRules(Store.Embedded);

    public sealed class OnCosmos() : IdempotencyRules(Store.Cosmos);

    [Fact]
    public async Task ARetry_ReturnsTheSameRecord()
    {
        var first = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film));
        Partition.Pass(seconds: 5);

        var again = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film));

        Assert.False(first.Replayed);
        Assert.True(again.Replayed);
        Assert.Equal((first.Record, 1), (again.Record, again.Active));
    }

    [Fact]
    public async Task ARetryAtTheLimit_IsNoRejection()
    {
        await Partition.StartAsync(Film);
        await Partition.AdmitAsync();
        await Partition.AdmitAsync();

        Assert.True(Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film)).Replayed);
    }

    [Fact]
    public async Task SimultaneousRetries_AreOneStream()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Partition.StartAsync(Film))));

        Assert.Single(results.Cast<StartResult.Admitted>().Select(result => result.Record.Id).Distinct());
        Assert.Single(results.Cast<StartResult.Admitted>(), result => !result.Replayed);
        Assert.Single(await Partition.ActiveAsync());
    }

    [Fact]
    public async Task TheSameKeyForAnotherStreamOrDevice_IsRejected()
    {
        await Partition.StartAsync(Film);

        Assert.IsType<StartResult.KeyReused>(await Partition.StartAsync(Film with { StreamId = "match" }));
        Assert.IsType<StartResult.KeyReused>(await Partition.StartAsync(Film with { DeviceName = "Phone" }));
        Assert.IsType<StartResult.KeyReused>(await Partition.StartAsync(Film with { DeviceName = null }));
        Assert.Single(await Partition.ActiveAsync());
    }

    [Fact]
    public async Task TheSameKeyOfAnotherUser_IsAnotherStart()
    {
        await Partition.StartAsync(Film);

        Assert.False(Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film with { UserId = "bert" })).Replayed);
    }

    [Fact]
    public async Task ARetryOfAStartThatIsOver_SaysHowItEnded()
    {
        var first = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film));
        await Partition.StopAsync(first.Record.Id);

        Assert.Equal(StreamEndReason.Stopped, Assert.IsType<StartResult.Ended>(await Partition.StartAsync(Film)).Ending.Reason);

        await Partition.AdmitAsync();
        Assert.Equal(StreamEndReason.Stopped, Assert.IsType<StartResult.Ended>(await Partition.StartAsync(Film)).Ending.Reason);
    }

    [Fact]
    public async Task ARetryAfterTheLapse_IsOver()
    {
        await Partition.StartAsync(Film);
        Partition.Pass(seconds: 90);

        Assert.Equal(StreamEndReason.Expired, Assert.IsType<StartResult.Ended>(await Partition.StartAsync(Film)).Ending.Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(StreamEndReason.Stopped)]
    [InlineData(StreamEndReason.Expired)]
    public async Task TheSameKeyForAnotherStream_IsRejectedWhetherTheFirstIsOverOrNot(StreamEndReason? ending)
    {
        var first = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film)).Record;
        if (ending == StreamEndReason.Stopped)
        {
            await Partition.StopAsync(first.Id);
        }
        else if (ending == StreamEndReason.Expired)
        {
            Partition.Pass(seconds: 91);
        }

        Assert.IsType<StartResult.KeyReused>(await Partition.StartAsync(Film with { StreamId = "match" }));
        Assert.IsType<StartResult.KeyReused>(await Partition.StartAsync(Film with { DeviceName = "Phone" }));
        Assert.Equal(ending is null ? 1 : 0, (await Partition.ActiveAsync()).Count);
    }

    [Fact]
    public async Task ARetryOfAStartThatReplaced_ListsTheSameStreamsOldestFirst_AndEndsNoOther()
    {
        var (tv, phone, tablet) = await FillAsync();
        await Partition.SetLimitAsync(2);
        var replacing = Film with { OnLimit = OnLimit.ReplaceOldest, Replace = [phone.Id] };
        var first = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(replacing));
        Assert.Equal([tv.Id, phone.Id], first.Replaced.Select(stream => stream.Id));
        var active = await Partition.ActiveAsync();

        var again = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(replacing));

        Assert.Equal((first.Record, true, 2), (again.Record, again.Replayed, again.Active));
        Assert.Equal(first.Replaced, again.Replaced);
        Assert.Equal([tablet.Id, first.Record.Id], active.Select(stream => stream.Id));
        Assert.Equal(active, await Partition.ActiveAsync());
    }

    /// <summary>An ended stream is remembered for ten minutes, an abandoned one for as long after its lease.</summary>
    [Theory]
    [InlineData(true, 600)]
    [InlineData(false, 690)]
    public async Task AKeyThatIsUsedAgainAfterItWasForgotten_IsAnotherStream(bool stop, double seconds)
    {
        var old = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film)).Record;
        if (stop)
        {
            await Partition.StopAsync(old.Id);
        }

        Partition.Pass(seconds);
        var again = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film with { StreamId = "match" }));

        await AssertForgottenAsync(old.Id, again);
    }

    [Fact]
    public async Task AKeyThatOtherStreamsHavePushedOut_IsAnotherStream()
    {
        var old = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film)).Record;
        await Partition.StopAsync(old.Id);
        for (var i = 0; i < 9; i++)
        {
            Partition.Pass(seconds: 10);
            await Partition.StopAsync((await Partition.AdmitAsync()).Record.Id);
        }

        await AssertForgottenAsync(old.Id, Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film)));
    }

    private async Task AssertForgottenAsync(StreamRecordId old, StartResult.Admitted again)
    {
        Assert.False(again.Replayed);
        Assert.Equal(old.Key, again.Record.Id.Key);
        Assert.NotEqual(old, again.Record.Id);

        Assert.Equal(StreamEndReason.Unknown, (await Partition.EndingAsync(old)).Reason);
        Assert.False(await Partition.StopAsync(old));
        Assert.Empty(Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film with { IdempotencyKey = null, Replace = [old] })).Replaced);
        Assert.IsType<RenewResult.Alive>(await Partition.RenewAsync(again.Record.Id));
        Assert.Equal(2, (await Partition.ActiveAsync()).Count);
    }

    private async Task<(StreamRecord Tv, StreamRecord Phone, StreamRecord Tablet)> FillAsync()
    {
        var records = new List<StreamRecord>();
        foreach (var device in new[] { "TV", "Phone", "Tablet" })
        {
            records.Add((await Partition.AdmitAsync(deviceName: device)).Record);
            Partition.Pass(seconds: 1);
        }

        return (records[0], records[1], records[2]);
    }

    private static StartStream Film => new() { UserId = "anna", StreamId = "film", DeviceName = "TV", IdempotencyKey = "play-1" };
}
