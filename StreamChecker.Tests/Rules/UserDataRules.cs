namespace StreamChecker.Tests.Rules;

/// <summary>Everything that is held about a user can be read and erased.</summary>
public abstract class UserDataRules(Store store) : PartitionRules(store)
{
    public sealed class OnEmbedded() : UserDataRules(Store.Embedded);

    public sealed class OnCosmos() : UserDataRules(Store.Cosmos);

    [Fact]
    public async Task Export_ListsEveryRecord_WithItsDeviceAndItsEnd()
    {
        var onTv = new StartStream { UserId = "anna", StreamId = "film", DeviceName = "TV", DeviceId = "tv-1" };
        var first = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(onTv)).Record;
        Partition.Pass(seconds: 1);
        var second = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(onTv with { StreamId = "match" })).Record;
        Partition.Pass(seconds: 1);
        var third = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(onTv with { SameDevice = SameDevice.Count })).Record;

        var records = (await ExportAsync()).Records;

        Assert.Equal([first with { }, second, third], records.Select(held => held.Record));
        Assert.All(records, held => Assert.Equal("tv-1", held.DeviceId));
        Assert.Equal([SameDevice.Replace, SameDevice.Replace, SameDevice.Count], records.Select(held => held.SameDevice));
        Assert.Equal(new(StreamEndReason.Replaced, new(second.Id, "match", "TV"), SameDevice: true), records[0].Ending);
        Assert.Equal(second.StartedAt, records[0].EndedAt);
        Assert.Null(records[1].Ending);
    }

    [Fact]
    public async Task Export_SaysWhenEachRecordIsForgotten_AndThenItIs()
    {
        var stopped = (await Partition.AdmitAsync()).Record;
        await Partition.StopAsync(stopped.Id);
        await Partition.AdmitAsync();

        var (over, live) = ((await ExportAsync()).Records.Single(held => held.Ending is not null), (await ExportAsync()).Records.Single(held => held.Ending is null));

        Assert.Equal((TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(690)), (over.ForgottenAt - over.EndedAt, live.ForgottenAt - live.Record.StartedAt));
        Partition.Pass(seconds: 600);
        Assert.Equal([live.Record.Id], (await ExportAsync()).Records.Select(held => held.Record.Id));
        Partition.Pass(seconds: 90);
        Assert.Empty((await ExportAsync()).Records);
    }

    [Fact]
    public async Task Export_ShowsTheLimitAndTheOperations()
    {
        await Partition.AdmitAsync();
        await Partition.SetLimitAsync(5);
        await Partition.StopAllAsync();
        await Partition.SetLimitAsync(null);
        await Partition.SetLimitAsync(2, idempotencyKey: "plan-1");

        var data = await ExportAsync();

        Assert.Equal(("anna", 2), (data.UserId, data.MaxConcurrentStreams));
        Assert.Equal(
            [(OperationKind.SetLimit, 5), (OperationKind.StopAll, 1), (OperationKind.ResetLimit, null), (OperationKind.SetLimit, (int?)2)],
            data.Operations.Select(operation => (operation.Kind, operation.Number)));
        Assert.Equal(RecordKey.For("anna", "plan-1").ToString(), data.Operations[^1].Id);
    }

    [Fact]
    public async Task AnUnknownUser_HasNoData()
    {
        var data = await ExportAsync("unknown");

        Assert.Equal((null, 0, 0), (data.MaxConcurrentStreams, data.Operations.Count, data.Records.Count));
        Assert.Equal(0, await EraseAsync("unknown"));
        Assert.Empty(await Partition.DocumentsAsync("unknown"));
    }

    [Fact]
    public async Task Erase_LeavesNoDocument()
    {
        var stopped = (await Partition.AdmitAsync()).Record;
        await Partition.StopAsync(stopped.Id);
        var active = (await Partition.AdmitAsync()).Record;
        await Partition.SetLimitAsync(1);
        await Partition.AdmitAsync("bert");

        Assert.Equal(2, await EraseAsync());

        Assert.Empty(await Partition.DocumentsAsync());
        Assert.Equal(StreamEndReason.Unknown, (await Partition.EndingAsync(active.Id)).Reason);
        Assert.Equal(3, (await Partition.AdmitAsync()).Limit);
        Assert.Single(await Partition.ActiveAsync("bert"));
    }

    [Fact]
    public async Task AnErasedKey_IsNew()
    {
        var start = new StartStream { UserId = "anna", StreamId = "film", IdempotencyKey = "play-1" };
        await Partition.StartAsync(start);
        await EraseAsync();

        Assert.False(Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(start with { StreamId = "match" })).Replayed);
    }

    [Fact]
    public async Task ASecondErase_FindsNothing()
    {
        await Partition.AdmitAsync();

        Assert.Equal((1, 0), (await EraseAsync(), await EraseAsync()));
    }

    [Fact]
    public async Task SimultaneousStartsAndErases_LeaveNoRecordWithoutAUserDocument()
    {
        for (var round = 0; round < 10; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(async () =>
            {
                await (number % 4 == 0 ? EraseAsync() : (Task)Partition.StartAsync());
            })));

            var documents = await Partition.DocumentsAsync();
            Assert.True(documents.Count == 0 || documents.ContainsKey("user"));
            Assert.True((await Partition.ActiveAsync()).Count <= 3);
        }
    }

    private Task<UserData> ExportAsync(string userId = "anna") => Partition.Limiter.ExportAsync(userId, CancellationToken.None);

    private Task<int> EraseAsync(string userId = "anna") => Partition.Limiter.EraseAsync(userId, CancellationToken.None);
}
