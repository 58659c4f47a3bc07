namespace StreamChecker.Tests.Rules;

/// <summary>Who has to go when there is no room.</summary>
public abstract class ReplacementRules(Store store) : PartitionRules(store)
{
    public sealed class OnEmbedded() : ReplacementRules(Store.Embedded);

    public sealed class OnCosmos() : ReplacementRules(Store.Cosmos);

    [Fact]
    public async Task ReplaceOldest_EndsTheTrueOldest()
    {
        var (tv, phone, tablet) = await FillAsync();
        Partition.Pass(seconds: 30);
        await Partition.RenewAsync(tv.Id);

        var admitted = await ReplaceOldestAsync("Laptop");

        Assert.Equal([tv.Id], admitted.Replaced.Select(stream => stream.Id));
        Assert.Equal(3, admitted.Active);
        Assert.Equal(["Phone", "Tablet", "Laptop"], (await Partition.ActiveAsync()).Select(stream => stream.DeviceName));
        Assert.IsType<RenewResult.Alive>(await Partition.RenewAsync(phone.Id));
        Assert.IsType<RenewResult.Alive>(await Partition.RenewAsync(tablet.Id));
    }

    [Fact]
    public async Task AfterAStop_TheOldestIsTheOldestOfTheRest()
    {
        var (tv, phone, tablet) = await FillAsync();
        await Partition.StopAsync(tv.Id);
        var laptop = (await Partition.AdmitAsync(deviceName: "Laptop")).Record;

        Assert.Equal([phone.Id, tablet.Id, laptop.Id], (await Partition.ActiveAsync()).Select(stream => stream.Id));
        Assert.Equal([phone.Id], (await ReplaceOldestAsync()).Replaced.Select(stream => stream.Id));
    }

    [Fact]
    public async Task AmongStreamsOfTheSameMoment_TheLowestKeyIsTheOldest()
    {
        var records = new List<StreamRecord>();
        for (var i = 0; i < 3; i++)
        {
            records.Add((await Partition.AdmitAsync()).Record);
        }

        var byKey = records.OrderBy(record => record.Id.Key.ToString(), StringComparer.Ordinal).Select(record => record.Id).ToArray();
        Assert.Equal(byKey, (await Partition.ActiveAsync()).Select(record => record.Id));

        Assert.Equal(byKey[0], Assert.Single((await ReplaceOldestAsync()).Replaced).Id);
    }

    [Fact]
    public async Task AStreamThatIsOver_IsNotEvicted()
    {
        var (tv, _, _) = await FillAsync();
        await Partition.StopAsync(tv.Id);

        Assert.Empty((await ReplaceOldestAsync()).Replaced);
        Assert.Equal(StreamEndReason.Stopped, (await Partition.EndingAsync(tv.Id)).Reason);
    }

    [Fact]
    public async Task BelowTheLimit_ReplaceOldestEndsNoStream()
    {
        await Partition.AdmitAsync();

        Assert.Empty((await ReplaceOldestAsync()).Replaced);
    }

    [Fact]
    public async Task UnderALoweredLimit_AsManyAreEndedAsItTakes()
    {
        await FillAsync();
        await Partition.SetLimitAsync(1);

        var admitted = await ReplaceOldestAsync("Laptop");

        Assert.Equal((3, 1, 1), (admitted.Replaced.Count, admitted.Active, admitted.Limit));
        Assert.Equal(["Laptop"], (await Partition.ActiveAsync()).Select(stream => stream.DeviceName));
    }

    [Fact]
    public async Task UnderALimitOfNone_NothingIsEnded()
    {
        await FillAsync();
        await Partition.SetLimitAsync(0);

        Assert.IsType<StartResult.LimitReached>(await Partition.StartAsync(Film with { OnLimit = OnLimit.ReplaceOldest }));

        Assert.Equal(3, (await Partition.ActiveAsync()).Count);
    }

    [Fact]
    public async Task Replace_EndsTheNamedStreamsEvenWhereThereIsRoom()
    {
        var tv = (await Partition.AdmitAsync(deviceName: "TV")).Record;

        var admitted = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film with { Replace = [tv.Id] }));

        Assert.Equal((tv.Id, 1), (Assert.Single(admitted.Replaced).Id, admitted.Active));
    }

    [Fact]
    public async Task Replace_IgnoresStreamsThatAreOver()
    {
        var (tv, phone, _) = await FillAsync();
        await Partition.StopAsync(tv.Id);

        var admitted = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film with { Replace = [tv.Id, phone.Id] }));

        Assert.Equal([phone.Id], admitted.Replaced.Select(stream => stream.Id));
    }

    [Fact]
    public async Task Replace_ThatWouldNotMakeRoom_EndsNothing()
    {
        var (tv, _, _) = await FillAsync();
        await Partition.SetLimitAsync(2);

        Assert.IsType<StartResult.LimitReached>(await Partition.StartAsync(Film with { Replace = [tv.Id] }));

        Assert.Equal(3, (await Partition.ActiveAsync()).Count);
    }

    [Fact]
    public async Task Replace_OfAnotherUsersStream_IsRejectedWhole()
    {
        var (tv, _, _) = await FillAsync();
        var foreign = (await Partition.AdmitAsync("bert")).Record;

        Assert.IsType<StartResult.ForeignReplacement>(await Partition.StartAsync(Film with { Replace = [tv.Id, foreign.Id] }));

        Assert.Equal(3, (await Partition.ActiveAsync()).Count);
        Assert.Single(await Partition.ActiveAsync("bert"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task AnIdOfAnotherMoment_IsNotThatStreams(int millisecondsLater)
    {
        var (tv, _, _) = await FillAsync();
        var other = new StreamRecordId("anna", tv.Id.Key, tv.Id.StartedAt + millisecondsLater);

        Assert.IsType<StartResult.LimitReached>(await Partition.StartAsync(Film with { Replace = [other] }));
        await Partition.SetLimitAsync(4);
        Assert.Empty(Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film with { Replace = [other] })).Replaced);

        Assert.IsType<RenewResult.Alive>(await Partition.RenewAsync(tv.Id));
    }

    [Fact]
    public async Task ReplacedStreams_AreListedOldestFirst()
    {
        var (tv, phone, tablet) = await FillAsync();

        var admitted = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film with { Replace = [tablet.Id, tv.Id, phone.Id] }));

        Assert.Equal([tv.Id, phone.Id, tablet.Id], admitted.Replaced.Select(stream => stream.Id));
    }

    [Fact]
    public async Task ReplaceAndReplaceOldest_EndTheNamedOnesFirst()
    {
        var (_, _, tablet) = await FillAsync();

        var admitted = Assert.IsType<StartResult.Admitted>(
            await Partition.StartAsync(Film with { Replace = [tablet.Id], OnLimit = OnLimit.ReplaceOldest }));

        Assert.Equal([tablet.Id], admitted.Replaced.Select(stream => stream.Id));
    }

    private static StartStream Film => new() { UserId = "anna", StreamId = "film" };

    private async Task<StartResult.Admitted> ReplaceOldestAsync(string? deviceName = null) => Assert.IsType<StartResult.Admitted>(
        await Partition.StartAsync(Film with { DeviceName = deviceName, OnLimit = OnLimit.ReplaceOldest }));

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
}
