using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Rules;

/// <summary>A retry with the same key is the same start.</summary>
public abstract class IdempotencyContract(Store store) : PartitionContract(store)
{
    public sealed class OnEmbedded() : IdempotencyContract(Store.Embedded);

    public sealed class OnCosmos() : IdempotencyContract(Store.Cosmos);

    [Fact]
    public async Task ARetry_IsAnsweredWithTheSameRecord()
    {
        var first = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film));
        Partition.Pass(seconds: 5);

        var again = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film));

        Assert.False(first.Replayed);
        Assert.True(again.Replayed);
        Assert.Equal((first.Record, 1), (again.Record, again.Active));
    }

    [Fact]
    public async Task ARetryAtTheLimit_IsNoRefusal()
    {
        await Partition.StartAsync(Film);
        await Partition.AdmitAsync();
        await Partition.AdmitAsync();

        Assert.True(Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(Film)).Replayed);
    }

    [Fact]
    public async Task SimultaneousRetries_TakeOneSlot()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Partition.StartAsync(Film))));

        Assert.Single(results.Cast<StartResult.Admitted>().Select(result => result.Record.Id).Distinct());
        Assert.Single(results.Cast<StartResult.Admitted>(), result => !result.Replayed);
        Assert.Single(await Partition.ActiveAsync());
    }

    [Fact]
    public async Task TheSameKeyForAnotherStreamOrDevice_IsRefused()
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

    [Fact]
    public async Task ARetryOfAnEviction_EndsNobodyElse()
    {
        for (var i = 0; i < 3; i++)
        {
            await Partition.AdmitAsync();
            Partition.Pass(seconds: 1);
        }

        var evicting = Film with { OnLimit = OnLimit.ReplaceOldest };
        await Partition.StartAsync(evicting);
        var active = await Partition.ActiveAsync();

        Assert.Empty(Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(evicting)).Replaced);
        Assert.Equal(active, await Partition.ActiveAsync());
    }

    private static StartStream Film => new() { UserId = "anna", StreamId = "film", DeviceName = "TV", IdempotencyKey = "play-1" };
}
