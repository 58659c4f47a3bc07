namespace StreamChecker.Tests.Rules;

/// <summary>A retry with the same key is the same start.</summary>
public sealed class IdempotencyTests : IAsyncLifetime
{
    private readonly PartitionOnThisMachine partition = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Fact]
    public async Task ARetry_IsAnsweredWithTheSameRecord()
    {
        var first = Assert.IsType<StartResult.Admitted>(await partition.StartAsync(Film));
        partition.Pass(seconds: 5);

        var again = Assert.IsType<StartResult.Admitted>(await partition.StartAsync(Film));

        Assert.False(first.Replayed);
        Assert.True(again.Replayed);
        Assert.Equal((first.Record, 1), (again.Record, again.Active));
    }

    [Fact]
    public async Task ARetryAtTheLimit_IsNoRefusal()
    {
        await partition.StartAsync(Film);
        await partition.AdmitAsync();
        await partition.AdmitAsync();

        Assert.True(Assert.IsType<StartResult.Admitted>(await partition.StartAsync(Film)).Replayed);
    }

    [Fact]
    public async Task SimultaneousRetries_TakeOneSlot()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => partition.StartAsync(Film))));

        Assert.Single(results.Cast<StartResult.Admitted>().Select(result => result.Record.Id).Distinct());
        Assert.Single(results.Cast<StartResult.Admitted>(), result => !result.Replayed);
        Assert.Single(await partition.ActiveAsync());
    }

    [Fact]
    public async Task TheSameKeyForAnotherStreamOrDevice_IsRefused()
    {
        await partition.StartAsync(Film);

        Assert.IsType<StartResult.KeyReused>(await partition.StartAsync(Film with { StreamId = "match" }));
        Assert.IsType<StartResult.KeyReused>(await partition.StartAsync(Film with { DeviceName = "Phone" }));
        Assert.IsType<StartResult.KeyReused>(await partition.StartAsync(Film with { DeviceName = null }));
        Assert.Single(await partition.ActiveAsync());
    }

    [Fact]
    public async Task TheSameKeyOfAnotherUser_IsAnotherStart()
    {
        await partition.StartAsync(Film);

        Assert.False(Assert.IsType<StartResult.Admitted>(await partition.StartAsync(Film with { UserId = "bert" })).Replayed);
    }

    [Fact]
    public async Task ARetryOfAStartThatIsOver_SaysHowItEnded()
    {
        var first = Assert.IsType<StartResult.Admitted>(await partition.StartAsync(Film));
        await partition.StopAsync(first.Record.Id);

        Assert.Equal(StreamEndReason.Stopped, Assert.IsType<StartResult.Ended>(await partition.StartAsync(Film)).Ending.Reason);

        await partition.AdmitAsync();
        Assert.Equal(StreamEndReason.Stopped, Assert.IsType<StartResult.Ended>(await partition.StartAsync(Film)).Ending.Reason);
    }

    [Fact]
    public async Task ARetryAfterTheLapse_IsOver()
    {
        await partition.StartAsync(Film);
        partition.Pass(seconds: 90);

        Assert.Equal(StreamEndReason.Expired, Assert.IsType<StartResult.Ended>(await partition.StartAsync(Film)).Ending.Reason);
    }

    [Fact]
    public async Task ARetryOfAnEviction_EndsNobodyElse()
    {
        for (var i = 0; i < 3; i++)
        {
            await partition.AdmitAsync();
            partition.Pass(seconds: 1);
        }

        var evicting = Film with { OnLimit = OnLimit.ReplaceOldest };
        await partition.StartAsync(evicting);
        var active = await partition.ActiveAsync();

        Assert.Empty(Assert.IsType<StartResult.Admitted>(await partition.StartAsync(evicting)).Replaced);
        Assert.Equal(active, await partition.ActiveAsync());
    }

    private static StartStream Film => new() { UserId = "anna", StreamId = "film", DeviceName = "TV", IdempotencyKey = "play-1" };
}
