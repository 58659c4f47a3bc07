namespace StreamChecker.Tests.Rules;

/// <summary>
/// A slot whose lease has just lapsed may still look alive to a transaction on an earlier clock: for ten seconds it is
/// written off, not taken.
/// </summary>
public sealed class LapsingSlotTests : IAsyncLifetime
{
    private readonly PartitionOnThisMachine partition = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Theory]
    [InlineData(90, 1)]
    [InlineData(99.999, 1)]
    [InlineData(100, 0)]
    public async Task ASlot_IsTakenTenSecondsAfterItsLeaseHasLapsed(double seconds, int slot)
    {
        await partition.AdmitAsync();
        partition.Pass(seconds);

        Assert.Equal(slot, (await partition.AdmitAsync()).Record.Id.Slot);
    }

    [Fact]
    public async Task TheNextStart_WritesItOff()
    {
        await LapseAsync();
        await partition.AdmitAsync();

        await AssertFreeAsync();
    }

    [Fact]
    public async Task ItsStop_WritesItOff()
    {
        Assert.False(await partition.StopAsync(await LapseAsync()));

        await AssertFreeAsync();
    }

    [Fact]
    public async Task AStopOfAll_WritesItOff()
    {
        await LapseAsync();
        Assert.Equal(0, await partition.Limiter.StopAllAsync("anna", CancellationToken.None));

        await AssertFreeAsync();
    }

    [Fact]
    public async Task ALoweredLimit_WritesItOff()
    {
        await LapseAsync();
        await partition.SetLimitAsync(2);

        await AssertFreeAsync();
    }

    [Fact]
    public async Task AStreamThatWasStoppedWithAllOthers_SaysSo()
    {
        var id = (await partition.AdmitAsync()).Record.Id;
        await partition.Limiter.StopAllAsync("anna", CancellationToken.None);

        Assert.Equal(StreamEndReason.Stopped, (await partition.EndingAsync(id)).Reason);
    }

    [Fact]
    public async Task TenMinutesAfterItsLease_ASlotIsForgotten()
    {
        var id = (await partition.AdmitAsync()).Record.Id;
        partition.Pass(seconds: 90 + 600 - 1);
        Assert.Equal(StreamEndReason.Expired, (await partition.EndingAsync(id)).Reason);
        partition.Pass(seconds: 1);

        Assert.Equal(StreamEndReason.Unknown, (await partition.EndingAsync(id)).Reason);
    }

    private async Task<StreamRecordId> LapseAsync()
    {
        var id = (await partition.AdmitAsync()).Record.Id;
        partition.Pass(seconds: 91);
        return id;
    }

    private async Task AssertFreeAsync() => Assert.Equal(0, (await partition.AdmitAsync()).Record.Id.Slot);
}
