namespace StreamChecker.Tests.Rules;

/// <summary>How streams are ended, and how limits change.</summary>
public sealed class LimitAndStopTests : IAsyncLifetime
{
    private readonly PartitionOnThisMachine partition = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Fact]
    public async Task AStop_GivesTheSlotBackAtOnce()
    {
        var first = (await partition.AdmitAsync()).Record;
        await partition.AdmitAsync();
        await partition.AdmitAsync();

        Assert.True(await partition.StopAsync(first.Id));
        Assert.False(await partition.StopAsync(first.Id));

        Assert.Equal(3, (await partition.AdmitAsync()).Active);
    }

    [Fact]
    public async Task AStopOfAnOldRecord_DoesNotEndTheSlotsNewStream()
    {
        var old = (await partition.AdmitAsync()).Record;
        await partition.StopAsync(old.Id);
        await partition.AdmitAsync();

        Assert.False(await partition.StopAsync(old.Id));

        Assert.Single(await partition.ActiveAsync());
    }

    [Fact]
    public async Task StopAll_EndsWhatIsActiveAndCountsIt()
    {
        await partition.AdmitAsync();
        var gone = (await partition.AdmitAsync()).Record;
        await partition.StopAsync(gone.Id);
        await partition.AdmitAsync("bert");

        Assert.Equal(1, await partition.Limiter.StopAllAsync("anna", CancellationToken.None));
        Assert.Equal(0, await partition.Limiter.StopAllAsync("anna", CancellationToken.None));

        Assert.Empty(await partition.ActiveAsync());
        Assert.Single(await partition.ActiveAsync("bert"));
    }

    [Fact]
    public async Task AUsersOwnLimit_StandsUntilItIsReset()
    {
        Assert.Equal(new("anna", 3, true), await LimitAsync());

        await partition.SetLimitAsync(5);
        Assert.Equal(new("anna", 5, false), await LimitAsync());
        partition.Pass(seconds: 100_000);
        Assert.Equal(new("anna", 5, false), await LimitAsync());
        Assert.Equal(5, (await partition.AdmitAsync()).Limit);

        await partition.SetLimitAsync(null);
        Assert.Equal(new("anna", 3, true), await LimitAsync());
    }

    [Fact]
    public async Task ALoweredLimit_EndsNobodyAndAdmitsNobodyUntilThereIsRoom()
    {
        var records = new List<StreamRecord>();
        for (var i = 0; i < 3; i++)
        {
            records.Add((await partition.AdmitAsync()).Record);
        }

        await partition.SetLimitAsync(2);

        Assert.All(records, record => Assert.IsType<RenewResult.Alive>(partition.RenewAsync(record.Id).Result));
        Assert.Equal(2, (await partition.RefuseAsync()).Limit);
        await partition.StopAsync(records[0].Id);
        Assert.Equal(3 - 1, (await partition.RefuseAsync()).Streams.Count);
        await partition.StopAsync(records[1].Id);
        Assert.Equal(2, (await partition.AdmitAsync()).Active);
    }

    [Fact]
    public async Task UnderALoweredLimit_ARefusalSaysWhenEnoughLeasesCouldHaveLapsed()
    {
        for (var i = 0; i < 3; i++)
        {
            await partition.AdmitAsync();
            partition.Pass(seconds: 10);
        }

        await partition.SetLimitAsync(2);

        // At 60 s the first lapses, at 70 s the second: only then is there one of two.
        Assert.Equal(TimeSpan.FromSeconds(70), (await partition.RefuseAsync()).RetryAfter);
    }

    [Fact]
    public async Task ALimitSetBeforeTheFirstStream_LeavesNothingToSee()
    {
        await partition.SetLimitAsync(1);

        Assert.Empty(await partition.ActiveAsync());
        Assert.Equal((1, 1), ((await partition.AdmitAsync()).Active, (await partition.RefuseAsync()).Limit));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public async Task ALimitOutOfRange_IsAnArgumentError(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => partition.SetLimitAsync(limit));

    private Task<UserLimit> LimitAsync() => partition.Limiter.GetLimitAsync("anna", CancellationToken.None);
}
