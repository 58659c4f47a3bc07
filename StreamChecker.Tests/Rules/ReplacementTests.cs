namespace StreamChecker.Tests.Rules;

/// <summary>Who has to go when there is no room.</summary>
public sealed class ReplacementTests : IAsyncLifetime
{
    private readonly PartitionOnThisMachine partition = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Fact]
    public async Task ReplaceOldest_EndsTheTrueOldest()
    {
        var (tv, phone, tablet) = await FillAsync();
        partition.Pass(seconds: 30);
        await partition.RenewAsync(tv.Id);

        var admitted = await ReplaceOldestAsync("Laptop");

        Assert.Equal([tv.Id], admitted.Replaced.Select(stream => stream.Id));
        Assert.Equal(3, admitted.Active);
        Assert.Equal(["Phone", "Tablet", "Laptop"], (await partition.ActiveAsync()).Select(stream => stream.DeviceName));
        Assert.IsType<RenewResult.Alive>(await partition.RenewAsync(phone.Id));
        Assert.IsType<RenewResult.Alive>(await partition.RenewAsync(tablet.Id));
    }

    [Fact]
    public async Task AmongStreamsOfTheSameMoment_TheLowestSlotIsTheOldest()
    {
        var records = new List<StreamRecord>();
        for (var i = 0; i < 3; i++)
        {
            records.Add((await partition.AdmitAsync()).Record);
        }

        var admitted = await ReplaceOldestAsync();

        Assert.Equal(records.MinBy(record => record.Id.Slot)!.Id, Assert.Single(admitted.Replaced).Id);
    }

    [Fact]
    public async Task AStreamThatIsOver_IsNotEvicted()
    {
        var (tv, _, _) = await FillAsync();
        await partition.StopAsync(tv.Id);

        Assert.Empty((await ReplaceOldestAsync()).Replaced);
        Assert.Equal(StreamEndReason.Stopped, (await partition.EndingAsync(tv.Id)).Reason);
    }

    [Fact]
    public async Task BelowTheLimit_ReplaceOldestEndsNobody()
    {
        await partition.AdmitAsync();

        Assert.Empty((await ReplaceOldestAsync()).Replaced);
    }

    [Fact]
    public async Task UnderALoweredLimit_AsManyAreEndedAsItTakes()
    {
        await FillAsync();
        await partition.SetLimitAsync(1);

        var admitted = await ReplaceOldestAsync("Laptop");

        Assert.Equal((3, 1, 1), (admitted.Replaced.Count, admitted.Active, admitted.Limit));
        Assert.Equal(["Laptop"], (await partition.ActiveAsync()).Select(stream => stream.DeviceName));
    }

    [Fact]
    public async Task UnderALimitOfNone_NothingIsEnded()
    {
        await FillAsync();
        await partition.SetLimitAsync(0);

        Assert.IsType<StartResult.LimitReached>(await partition.StartAsync(Film with { OnLimit = OnLimit.ReplaceOldest }));

        Assert.Equal(3, (await partition.ActiveAsync()).Count);
    }

    [Fact]
    public async Task Replace_EndsTheNamedStreamsEvenWhereThereIsRoom()
    {
        var tv = (await partition.AdmitAsync(deviceName: "TV")).Record;

        var admitted = Assert.IsType<StartResult.Admitted>(await partition.StartAsync(Film with { Replace = [tv.Id] }));

        Assert.Equal((tv.Id, 1), (Assert.Single(admitted.Replaced).Id, admitted.Active));
    }

    [Fact]
    public async Task Replace_IgnoresStreamsThatAreOver()
    {
        var (tv, phone, _) = await FillAsync();
        await partition.StopAsync(tv.Id);

        var admitted = Assert.IsType<StartResult.Admitted>(await partition.StartAsync(Film with { Replace = [tv.Id, phone.Id] }));

        Assert.Equal([phone.Id], admitted.Replaced.Select(stream => stream.Id));
    }

    [Fact]
    public async Task Replace_ThatWouldNotMakeRoom_EndsNothing()
    {
        var (tv, _, _) = await FillAsync();
        await partition.SetLimitAsync(2);

        Assert.IsType<StartResult.LimitReached>(await partition.StartAsync(Film with { Replace = [tv.Id] }));

        Assert.Equal(3, (await partition.ActiveAsync()).Count);
    }

    [Fact]
    public async Task Replace_OfAnotherUsersStream_IsRefusedWhole()
    {
        var (tv, _, _) = await FillAsync();
        var foreign = (await partition.AdmitAsync("bert")).Record;

        Assert.IsType<StartResult.ForeignReplacement>(await partition.StartAsync(Film with { Replace = [tv.Id, foreign.Id] }));

        Assert.Equal(3, (await partition.ActiveAsync()).Count);
        Assert.Single(await partition.ActiveAsync("bert"));
    }

    [Fact]
    public async Task ReplaceAndReplaceOldest_EndTheNamedOnesFirst()
    {
        var (_, _, tablet) = await FillAsync();

        var admitted = Assert.IsType<StartResult.Admitted>(
            await partition.StartAsync(Film with { Replace = [tablet.Id], OnLimit = OnLimit.ReplaceOldest }));

        Assert.Equal([tablet.Id], admitted.Replaced.Select(stream => stream.Id));
    }

    private static StartStream Film => new() { UserId = "anna", StreamId = "film" };

    private async Task<StartResult.Admitted> ReplaceOldestAsync(string? deviceName = null) => Assert.IsType<StartResult.Admitted>(
        await partition.StartAsync(Film with { DeviceName = deviceName, OnLimit = OnLimit.ReplaceOldest }));

    private async Task<(StreamRecord Tv, StreamRecord Phone, StreamRecord Tablet)> FillAsync()
    {
        var records = new List<StreamRecord>();
        foreach (var device in new[] { "TV", "Phone", "Tablet" })
        {
            records.Add((await partition.AdmitAsync(deviceName: device)).Record);
            partition.Pass(seconds: 1);
        }

        return (records[0], records[1], records[2]);
    }
}
