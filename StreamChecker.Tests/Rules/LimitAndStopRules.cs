namespace StreamChecker.Tests.Rules;

/// <summary>How streams are ended, and how limits change.</summary>
public abstract class LimitAndStopRules(Store store) : PartitionRules(store)
{
    public sealed class OnEmbedded() : LimitAndStopRules(Store.Embedded);

    public sealed class OnCosmos() : LimitAndStopRules(Store.Cosmos);

    [Fact]
    public async Task AStop_MakesRoomAtOnce()
    {
        var first = (await Partition.AdmitAsync()).Record;
        await Partition.AdmitAsync();
        await Partition.AdmitAsync();

        Assert.True(await Partition.StopAsync(first.Id));
        Assert.False(await Partition.StopAsync(first.Id));

        Assert.Equal(3, (await Partition.AdmitAsync()).Active);
    }

    [Fact]
    public async Task ASecondStop_EndsNothingElse()
    {
        var old = (await Partition.AdmitAsync()).Record;
        await Partition.StopAsync(old.Id);
        await Partition.AdmitAsync();

        Assert.False(await Partition.StopAsync(old.Id));

        Assert.Single(await Partition.ActiveAsync());
    }

    [Fact]
    public async Task StopAll_EndsWhatIsActiveAndCountsIt()
    {
        await Partition.AdmitAsync();
        var gone = (await Partition.AdmitAsync()).Record;
        await Partition.StopAsync(gone.Id);
        await Partition.AdmitAsync("bert");

        Assert.Equal(new StopAllResult.Stopped(1, Replayed: false), await Partition.StopAllAsync());
        Assert.Equal(new StopAllResult.Stopped(0, Replayed: false), await Partition.StopAllAsync());

        Assert.Empty(await Partition.ActiveAsync());
        Assert.Single(await Partition.ActiveAsync("bert"));
    }

    [Fact]
    public async Task AUsersOwnLimit_StandsUntilItIsReset()
    {
        Assert.Equal(new("anna", 3, true, "default"), await LimitAsync());

        await Partition.SetLimitAsync(5);
        Assert.Equal(new("anna", 5, false, "default"), await LimitAsync());
        Partition.Pass(seconds: 10_000);
        Assert.Equal(new("anna", 5, false, "default"), await LimitAsync());
        Assert.Equal(5, (await Partition.AdmitAsync()).Limit);

        await Partition.SetLimitAsync(null);
        Assert.Equal(new("anna", 3, true, "default"), await LimitAsync());
    }

    [Fact]
    public async Task AUsersOwnLimit_MayBeSetAndResetAgainAndAgain()
    {
        foreach (var limit in new int?[] { null, 5, 2, null, null, 4 })
        {
            await Partition.SetLimitAsync(limit);

            Assert.Equal(new("anna", limit ?? 3, limit is null, "default"), await LimitAsync());
        }
    }

    [Fact]
    public async Task ALoweredLimit_EndsNoStreamAndAdmitsNoneUntilThereIsRoom()
    {
        var records = new List<StreamRecord>();
        for (var i = 0; i < 3; i++)
        {
            records.Add((await Partition.AdmitAsync()).Record);
        }

        await Partition.SetLimitAsync(2);

        Assert.All(records, record => Assert.IsType<RenewResult.Alive>(Partition.RenewAsync(record.Id).Result));
        Assert.Equal(2, (await Partition.RejectAsync()).First.Limit);
        await Partition.StopAsync(records[0].Id);
        Assert.Equal(3 - 1, (await Partition.RejectAsync()).First.Streams.Count);
        await Partition.StopAsync(records[1].Id);
        Assert.Equal(2, (await Partition.AdmitAsync()).Active);
    }

    [Fact]
    public async Task UnderALoweredLimit_ARejectionSaysWhenEnoughLeasesCouldHaveLapsed()
    {
        for (var i = 0; i < 3; i++)
        {
            await Partition.AdmitAsync();
            Partition.Pass(seconds: 10);
        }

        await Partition.SetLimitAsync(2);

        // At 60 s the first lapses, at 70 s the second: only then is there one of two.
        Assert.Equal(TimeSpan.FromSeconds(70), (await Partition.RejectAsync()).RetryAfter);
    }

    [Fact]
    public async Task ALimitSetBeforeTheFirstStream_LeavesNothingToSee()
    {
        await Partition.SetLimitAsync(1);

        Assert.Empty(await Partition.ActiveAsync());
        Assert.Equal((1, 1), ((await Partition.AdmitAsync()).Active, (await Partition.RejectAsync()).First.Limit));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public async Task ALimitOutOfRange_IsAnArgumentError(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Partition.SetLimitAsync(limit));

    private Task<UserLimit> LimitAsync() => Partition.Limiter.GetLimitAsync("anna", CancellationToken.None);
}
