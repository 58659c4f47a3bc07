namespace StreamChecker.Tests.Rules;

/// <summary>With two speeds, a user who could start one more stream has a relaxed lease and interval, and a user at the limit strict ones.</summary>
public abstract class TwoSpeedRules(Store store) : PartitionRules(store)
{
    private static readonly TimeSpan Strict = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Relaxed = TimeSpan.FromSeconds(120);

    public sealed class OnEmbedded() : TwoSpeedRules(Store.Embedded);

    public sealed class OnCosmos() : TwoSpeedRules(Store.Cosmos);

    [Fact]
    public async Task AStart_BelowTheLimit_IsRelaxed_AndTheOneThatFillsIt_IsStrict()
    {
        await using var partition = await OpenTwoSpeedsAsync();

        var first = await partition.AdmitAsync();
        var second = await partition.AdmitAsync();
        var third = await partition.AdmitAsync();

        Assert.Equal([(Relaxed, 360), (Relaxed, 360), (Strict, 90)], new[] { first, second, third }.Select(Speed));
    }

    [Fact]
    public async Task AHeartbeat_OfAUserWithRoom_StaysRelaxed()
    {
        await using var partition = await OpenTwoSpeedsAsync();
        var stream = (await partition.AdmitAsync()).Record;
        partition.Pass(seconds: 120);

        var renewed = await RenewAsync(partition, stream);

        Assert.Equal((Relaxed, 480), (renewed.HeartbeatInterval!.Value, SecondsFrom(stream, renewed)));
    }

    [Fact]
    public async Task AtTheLimit_TheNextHeartbeatIsStrict_AndNoStreamIsCutShort()
    {
        await using var partition = await OpenTwoSpeedsAsync();
        var stream = (await partition.AdmitAsync()).Record;
        partition.Pass(seconds: 100);
        await partition.AdmitAsync();
        await partition.AdmitAsync();
        partition.Pass(seconds: 20);

        // The response may be lost: a player that still believes in the relaxed interval keeps the lease that it had.
        var switched = await RenewAsync(partition, stream);
        Assert.Equal((Strict, 360), (switched.HeartbeatInterval!.Value, SecondsFrom(stream, switched)));

        partition.Pass(seconds: 30);
        var strict = await RenewAsync(partition, stream);
        Assert.Equal((Strict, 240), (strict.HeartbeatInterval!.Value, SecondsFrom(stream, strict)));
    }

    [Fact]
    public async Task APlayerThatLosesTheResponse_IsStillInTimeAtItsOldInterval()
    {
        await using var partition = await OpenTwoSpeedsAsync();
        var stream = (await partition.AdmitAsync()).Record;
        await partition.AdmitAsync();
        await partition.AdmitAsync();
        partition.Pass(seconds: 120);
        await RenewAsync(partition, stream);
        partition.Pass(seconds: 120);

        Assert.IsType<RenewResult.Alive>(await partition.RenewAsync(stream.Id));
    }

    [Fact]
    public async Task AUserWithRoomAgain_IsRelaxedAfterTheirNextStart()
    {
        await using var partition = await OpenTwoSpeedsAsync();
        var first = (await partition.AdmitAsync()).Record;
        var second = (await partition.AdmitAsync()).Record;
        var third = (await partition.AdmitAsync()).Record;
        await partition.StopAsync(second.Id);
        await partition.StopAsync(third.Id);

        // A stop does not look at the other streams: the user counts as one at the limit until a start says otherwise.
        Assert.Equal(Strict, (await RenewAsync(partition, first)).HeartbeatInterval);
        Assert.Equal(Relaxed, (await partition.AdmitAsync()).HeartbeatInterval);
        Assert.Equal(Relaxed, (await RenewAsync(partition, first)).HeartbeatInterval);
    }

    [Fact]
    public async Task AChangedLimit_IsStrict_UntilTheNextStart()
    {
        await using var partition = await OpenTwoSpeedsAsync();
        var stream = (await partition.AdmitAsync()).Record;

        await partition.SetLimitAsync(5);

        Assert.Equal(Strict, (await RenewAsync(partition, stream)).HeartbeatInterval);
        await partition.AdmitAsync();
        Assert.Equal(Relaxed, (await RenewAsync(partition, stream)).HeartbeatInterval);
    }

    [Fact]
    public async Task ARelaxedHeartbeat_ThatComesEarly_WritesNothing_AndAChangeOfSpeedIsAlwaysWritten()
    {
        await using var partition = await OpenTwoSpeedsAsync();
        var stream = (await partition.AdmitAsync()).Record;
        partition.Pass(seconds: 59);
        Assert.Equal(stream.ExpiresAt, (await RenewAsync(partition, stream)).Record.ExpiresAt);
        Assert.Equal(120_000, (await partition.DocumentAsync(stream.Id)).GetProperty("intervalMs").GetInt64());

        await partition.AdmitAsync();
        await partition.AdmitAsync();
        await RenewAsync(partition, stream);

        Assert.Equal(30_000, (await partition.DocumentAsync(stream.Id)).GetProperty("intervalMs").GetInt64());
    }

    [Fact]
    public async Task ARetriedStart_NamesTheIntervalOfItsStream()
    {
        await using var partition = await OpenTwoSpeedsAsync();
        var start = new StartStream { UserId = "anna", StreamId = "film", IdempotencyKey = "play-1" };
        await partition.StartAsync(start);
        await partition.AdmitAsync();
        await partition.AdmitAsync();

        Assert.Equal((Relaxed, 360), Speed(Assert.IsType<StartResult.Admitted>(await partition.StartAsync(start))));
    }

    [Fact]
    public async Task ADeadPlayer_HoldsItsPlace_ForTheRelaxedLeaseAtMost()
    {
        await using var partition = await OpenTwoSpeedsAsync();
        await partition.AdmitAsync();
        await partition.AdmitAsync();
        await partition.AdmitAsync();
        partition.Pass(seconds: 90);
        Assert.Equal(2, (await partition.ActiveAsync()).Count);
        await partition.AdmitAsync();
        partition.Pass(seconds: 269);
        Assert.Equal(2, (await partition.ActiveAsync()).Count);
        partition.Pass(seconds: 1);

        Assert.Empty(await partition.ActiveAsync());
    }

    [Fact]
    public async Task BackToOneSpeed_TheNextHeartbeatKeepsTheOldLease_AndTheOneAfterIsStrict()
    {
        await using var partition = await OpenTwoSpeedsAsync();
        var stream = (await partition.AdmitAsync()).Record;
        var oneSpeed = partition.With(_ => { });
        partition.Pass(seconds: 60);

        var switched = Assert.IsType<RenewResult.Alive>(await oneSpeed.RenewAsync(stream.Id, CancellationToken.None));
        partition.Pass(seconds: 30);
        var after = Assert.IsType<RenewResult.Alive>(await oneSpeed.RenewAsync(stream.Id, CancellationToken.None));

        Assert.Equal([(Strict, 360), (Strict, 180)], new[] { switched, after }.Select(alive => (alive.HeartbeatInterval!.Value, SecondsFrom(stream, alive))));
    }

    private Task<TestPartition> OpenTwoSpeedsAsync() => OpenAsync(options => (options.RelaxedHeartbeatIntervalSeconds, options.RelaxedLeaseSeconds) = (120, 360));

    private static async Task<RenewResult.Alive> RenewAsync(TestPartition partition, StreamRecord stream) =>
        Assert.IsType<RenewResult.Alive>(await partition.RenewAsync(stream.Id));

    private static (TimeSpan Interval, int LeaseSeconds) Speed(StartResult.Admitted admitted) =>
        (admitted.HeartbeatInterval!.Value, (int)(admitted.Record.ExpiresAt!.Value - admitted.Record.StartedAt).TotalSeconds);

    private static int SecondsFrom(StreamRecord start, RenewResult.Alive renewed) => (int)(renewed.Record.ExpiresAt!.Value - start.StartedAt).TotalSeconds;
}
