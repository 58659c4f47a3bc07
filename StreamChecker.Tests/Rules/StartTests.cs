namespace StreamChecker.Tests.Rules;

/// <summary>When a stream may start: the rules of <c>streams.js</c>, on the engine that runs it.</summary>
public sealed class StartTests : IAsyncLifetime
{
    private readonly PartitionOnThisMachine partition = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Fact]
    public async Task Start_WithNoneActive_IsAdmitted()
    {
        var admitted = await partition.AdmitAsync("anna", "film", "Living room");

        Assert.Equal(("anna", "film", "Living room"), (admitted.Record.UserId, admitted.Record.StreamId, admitted.Record.DeviceName));
        Assert.Equal(partition.Time.GetUtcNow(), admitted.Record.StartedAt);
        Assert.Equal(partition.Time.GetUtcNow().AddSeconds(90), admitted.Record.ExpiresAt);
        Assert.Equal((3, 1), (admitted.Limit, admitted.Active));
    }

    [Fact]
    public async Task Start_BelowTheLimit_IsAdmittedAndCounted()
    {
        await partition.AdmitAsync();
        await partition.AdmitAsync();

        Assert.Equal(3, (await partition.AdmitAsync()).Active);
    }

    [Fact]
    public async Task Start_AtTheLimit_IsRefusedAndListsTheActiveStreamsOldestFirst()
    {
        foreach (var device in new[] { "TV", "Phone", "Tablet" })
        {
            await partition.AdmitAsync(deviceName: device);
            partition.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var refusal = await partition.RefuseAsync();

        Assert.Equal(3, refusal.Limit);
        Assert.Equal(["TV", "Phone", "Tablet"], refusal.Streams.Select(stream => stream.DeviceName));
    }

    [Fact]
    public async Task ARefusal_SaysWhenTheNextLeaseCouldLapse()
    {
        await partition.AdmitAsync();
        partition.Time.Advance(TimeSpan.FromSeconds(10));
        await partition.AdmitAsync();
        await partition.AdmitAsync();

        Assert.Equal(TimeSpan.FromSeconds(80), (await partition.RefuseAsync()).RetryAfter);
    }

    [Fact]
    public async Task ARefusal_WritesNothing()
    {
        for (var i = 0; i < 3; i++)
        {
            await partition.AdmitAsync();
        }

        var before = partition.Engine.Syncs;
        await partition.RefuseAsync();

        Assert.Equal(before, partition.Engine.Syncs);
    }

    [Fact]
    public async Task UsersDoNotCountAgainstEachOther()
    {
        for (var i = 0; i < 3; i++)
        {
            await partition.AdmitAsync("anna");
        }

        Assert.Equal(1, (await partition.AdmitAsync("bert")).Active);
    }

    [Fact]
    public async Task TheSameStreamTwice_IsTwoStreams()
    {
        var first = await partition.AdmitAsync(streamId: "film");
        var second = await partition.AdmitAsync(streamId: "film");

        Assert.NotEqual(first.Record.Id, second.Record.Id);
        Assert.Equal(2, second.Active);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public async Task ADeadPlayersSlot_IsFreeExactlyWhenItsLeaseHasLapsed(int millisecondsAfterTheLapse, bool free)
    {
        for (var i = 0; i < 3; i++)
        {
            await partition.AdmitAsync();
        }

        partition.Time.Advance(TimeSpan.FromSeconds(90) + TimeSpan.FromMilliseconds(millisecondsAfterTheLapse));

        Assert.Equal(free, await partition.StartAsync() is StartResult.Admitted { Active: 1 });
    }

    [Fact]
    public async Task SlotsAreUsedAgain_SoThatAPartitionDoesNotGrowWithItsHistory()
    {
        for (var i = 0; i < 40; i++)
        {
            await partition.StartAsync();
            partition.Time.Advance(TimeSpan.FromSeconds(40));
        }

        Assert.InRange((await partition.AdmitAsync()).Record.Id.Slot, 0, 3);
    }

    [Fact]
    public async Task TimeNeverGoesBackInAPartition()
    {
        var first = await partition.AdmitAsync();
        partition.Time.AdjustTime(partition.Time.GetUtcNow().AddHours(-1));

        Assert.True((await partition.AdmitAsync()).Record.StartedAt >= first.Record.StartedAt);
    }

    [Fact]
    public async Task TextsAreKeptExactlyAsSent()
    {
        var text = "Ann\u00e4\ud83c\udf7f \"quoted\" \\ / <b> \u2028";

        var record = (await partition.AdmitAsync(text, text, text)).Record;

        Assert.Equal((text, text, text), (record.UserId, record.StreamId, record.DeviceName));
        Assert.True(StreamRecordId.TryParse(record.Id.ToString(), out var id));
        Assert.Equal(text, id.UserId);
    }

    [Fact]
    public async Task UsersAreToldApartByOrdinal()
    {
        await partition.AdmitAsync("anna");

        Assert.Equal(1, (await partition.AdmitAsync("Anna")).Active);
        Assert.Equal(1, (await partition.AdmitAsync("anna ")).Active);
        Assert.Equal(1, (await partition.AdmitAsync("a\u0301nna")).Active);
    }

    [Fact]
    public async Task ALimitOfNone_AdmitsNobodyEver()
    {
        await using var none = new PartitionOnThisMachine(options => options.MaxConcurrentStreams = 0);

        var refusal = await none.RefuseAsync();

        Assert.Equal((0, 0), (refusal.Limit, refusal.Streams.Count));
        Assert.Null(refusal.RetryAfter);
    }

    [Fact]
    public async Task WithoutALease_AStreamLivesUntilItIsStopped()
    {
        await using var endless = new PartitionOnThisMachine(options => options.LeaseSeconds = 0);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null((await endless.AdmitAsync()).Record.ExpiresAt);
        }

        endless.Time.Advance(TimeSpan.FromDays(2));

        Assert.Null((await endless.RefuseAsync()).RetryAfter);
    }

    [Fact]
    public async Task ALimitOfAHundred_IsReadInOneTransaction()
    {
        await using var many = new PartitionOnThisMachine(options => options.MaxConcurrentStreams = 100);
        for (var i = 1; i <= 100; i++)
        {
            Assert.Equal(i, (await many.AdmitAsync()).Active);
        }

        Assert.Equal(100, (await many.RefuseAsync()).Streams.Count);
    }

    [Fact]
    public async Task SimultaneousStarts_NeverExceedTheLimit()
    {
        for (var round = 0; round < 50; round++)
        {
            var userId = $"user {round}";
            var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => partition.StartAsync(userId))));

            Assert.Equal(3, results.Count(result => result is StartResult.Admitted));
            Assert.Equal(61, results.Count(result => result is StartResult.LimitReached));
        }
    }

    [Fact]
    public async Task ATextThatBreaksTheRule_IsAnArgumentError()
    {
        foreach (var userId in new[] { "", "a\u0000b", "\ud800", "\udc00\ud800", new string('x', 257) })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => partition.StartAsync(userId));
        }
    }
}
