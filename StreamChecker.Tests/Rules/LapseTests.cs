namespace StreamChecker.Tests.Rules;

/// <summary>A lapse is decided once, by a write: of whichever call is the first to rely on it or to report it.</summary>
public sealed class LapseTests : IAsyncLifetime
{
    private readonly PartitionOnThisMachine partition = new();

    public static TheoryData<string> Deciding => ["start", "retry", "heartbeat", "stop", "stopAll"];

    public static TheoryData<string> Reading => ["list", "limit", "setLimit", "refusal"];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Theory]
    [MemberData(nameof(Deciding))]
    public async Task TheCallThatReliesOnALapseOrReportsIt_WritesIt(string call)
    {
        var id = await LapseAsync();

        await CallAsync(call, id);

        Assert.Equal(
            $$"""{"reason":"expired","at":{{id.StartedAt + 90_000}}}""", (await partition.DocumentAsync(id)).GetProperty("ended").GetRawText());

        // Of 690 seconds from its start; the lapse prolongs nothing.
        Assert.Equal(690 - 91, (await partition.DocumentAsync(id)).GetProperty("ttl").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Reading))]
    public async Task TheCallThatOnlyReads_DoesNot(string call)
    {
        var id = await LapseAsync();

        await CallAsync(call, id);

        Assert.False((await partition.DocumentAsync(id)).TryGetProperty("ended", out _));
    }

    [Theory]
    [MemberData(nameof(Deciding))]
    public async Task AfterItWasWritten_NoEarlierClockTakesItBack(string call)
    {
        var id = await LapseAsync();
        await CallAsync(call, id);
        var active = await partition.ActiveAsync();
        var earlier = partition.OnClock(secondsAhead: -25);

        Assert.Equal(
            new RenewResult.Ended(new(StreamEndReason.Expired, null)), await earlier.RenewAsync(id, CancellationToken.None));
        Assert.False(await earlier.StopAsync(id, CancellationToken.None));
        Assert.Equal(active, (await earlier.ListAsync("anna", CancellationToken.None)).Streams);
    }

    [Theory]
    [MemberData(nameof(Reading))]
    public async Task AsLongAsItWasOnlyRead_AnEarlierClockFindsTheStreamAlive(string call)
    {
        var id = await LapseAsync();
        await CallAsync(call, id);

        Assert.IsType<RenewResult.Alive>(await partition.OnClock(secondsAhead: -25).RenewAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task AStreamThatWasStoppedWithAllOthers_SaysSo()
    {
        var id = (await partition.AdmitAsync()).Record.Id;
        await partition.StopAllAsync();

        Assert.Equal(StreamEndReason.Stopped, (await partition.EndingAsync(id)).Reason);
    }

    [Fact]
    public async Task AStreamThatNoCallHasAskedFor_IsForgottenTenMinutesAfterItsLease()
    {
        var first = (await partition.AdmitAsync("anna")).Record.Id;
        var second = (await partition.AdmitAsync("bert")).Record.Id;

        partition.Pass(seconds: 90 + 600 - 1);
        Assert.Equal(StreamEndReason.Expired, (await partition.EndingAsync(first)).Reason);
        partition.Pass(seconds: 1);
        Assert.Equal(StreamEndReason.Unknown, (await partition.EndingAsync(second)).Reason);

        // The other's lapse was written, which prolongs nothing.
        Assert.Equal(StreamEndReason.Unknown, (await partition.EndingAsync(first)).Reason);
    }

    private async Task CallAsync(string call, StreamRecordId id)
    {
        switch (call)
        {
            case "start":
                Assert.Equal(1, (await partition.AdmitAsync()).Active);
                break;
            case "retry":
                Assert.Equal(new StartResult.Ended(new(StreamEndReason.Expired, null)), await partition.StartAsync(Film));
                break;
            case "heartbeat":
                Assert.Equal(StreamEndReason.Expired, (await partition.EndingAsync(id)).Reason);
                break;
            case "stop":
                Assert.False(await partition.StopAsync(id));
                break;
            case "stopAll":
                Assert.Equal(new StopAllResult.Stopped(0, Replayed: false), await partition.StopAllAsync());
                break;
            case "list":
                Assert.Empty(await partition.ActiveAsync());
                break;
            case "limit":
                await partition.Limiter.GetLimitAsync("anna", CancellationToken.None);
                break;
            case "setLimit":
                await partition.SetLimitAsync(2);
                break;
            default:
                await partition.SetLimitAsync(0);
                await partition.RejectAsync();
                break;
        }
    }

    private static StartStream Film => new() { UserId = "anna", StreamId = "film", IdempotencyKey = "play-1" };

    private async Task<StreamRecordId> LapseAsync()
    {
        var id = Assert.IsType<StartResult.Admitted>(await partition.StartAsync(Film)).Record.Id;
        partition.Pass(seconds: 91);
        return id;
    }
}
