namespace StreamChecker.Tests.Rules;

/// <summary>When a stream may start: the rules of <c>streams.js</c>.</summary>
public abstract class StartRules(Store store) : PartitionRules(store)
{
    public sealed class OnEmbedded() : StartRules(Store.Embedded);

    public sealed class OnCosmos() : StartRules(Store.Cosmos);

    [Fact]
    public async Task Start_WithNoneActive_IsAdmitted()
    {
        var admitted = await Partition.AdmitAsync("anna", "film", "Living room");

        Assert.Equal(("anna", "film", "Living room"), (admitted.Record.UserId, admitted.Record.StreamId, admitted.Record.DeviceName));
        Assert.Equal(Partition.Time.GetUtcNow(), admitted.Record.StartedAt);
        Assert.Equal(Partition.Time.GetUtcNow().AddSeconds(90), admitted.Record.ExpiresAt);
        Assert.Equal((3, 1), (admitted.Limit, admitted.Active));
    }

    [Fact]
    public async Task Start_BelowTheLimit_IsAdmittedAndCounted()
    {
        await Partition.AdmitAsync();
        await Partition.AdmitAsync();

        Assert.Equal(3, (await Partition.AdmitAsync()).Active);
    }

    [Fact]
    public async Task Start_AtTheLimit_IsRejectedAndListsTheActiveStreamsOldestFirst()
    {
        foreach (var device in new[] { "TV", "Phone", "Tablet" })
        {
            await Partition.AdmitAsync(deviceName: device);
            Partition.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var rejection = await Partition.RejectAsync();

        Assert.Equal(3, rejection.First.Limit);
        Assert.Equal(["TV", "Phone", "Tablet"], rejection.First.Streams.Select(stream => stream.DeviceName));
    }

    [Fact]
    public async Task ARejection_SaysWhenTheNextLeaseCouldLapse()
    {
        await Partition.AdmitAsync();
        Partition.Time.Advance(TimeSpan.FromSeconds(10));
        await Partition.AdmitAsync();
        await Partition.AdmitAsync();

        Assert.Equal(TimeSpan.FromSeconds(80), (await Partition.RejectAsync()).RetryAfter);
    }

    [Fact]
    public async Task ARejection_WritesNothing()
    {
        for (var i = 0; i < 3; i++)
        {
            await Partition.AdmitAsync();
        }

        var before = Partition.Engine.Syncs;
        await Partition.RejectAsync();

        Assert.Equal(before, Partition.Engine.Syncs);
    }

    [Fact]
    public async Task UsersDoNotCountAgainstEachOther()
    {
        for (var i = 0; i < 3; i++)
        {
            await Partition.AdmitAsync("anna");
        }

        Assert.Equal(1, (await Partition.AdmitAsync("bert")).Active);
    }

    [Fact]
    public async Task TheSameStreamTwice_IsTwoStreams()
    {
        var first = await Partition.AdmitAsync(streamId: "film");
        var second = await Partition.AdmitAsync(streamId: "film");

        Assert.NotEqual(first.Record.Id, second.Record.Id);
        Assert.Equal(2, second.Active);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public async Task ADeadPlayer_MakesRoomExactlyWhenItsLeaseHasLapsed(int millisecondsAfterTheLapse, bool free)
    {
        for (var i = 0; i < 3; i++)
        {
            await Partition.AdmitAsync();
        }

        Partition.Time.Advance(TimeSpan.FromSeconds(90) + TimeSpan.FromMilliseconds(millisecondsAfterTheLapse));

        Assert.Equal(free, await Partition.StartAsync() is StartResult.Admitted { Active: 1 });
    }

    [Fact]
    public async Task AStart_MakesItsRecord_AndTheFirstOneTheUserDocument()
    {
        var first = (await Partition.AdmitAsync(deviceName: "TV")).Record;
        var second = (await Partition.AdmitAsync()).Record;

        var documents = await Partition.DocumentsAsync();
        Assert.Equal(
            new[] { first.Id.Key.ToString(), second.Id.Key.ToString(), "user" }.Order(StringComparer.Ordinal),
            documents.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("""{"id":"user","userId":"anna"}""", documents["user"].GetRawText());
        Assert.Equal(
            $$"""{"id":"{{first.Id.Key}}","userId":"anna","streamId":"film","deviceName":"TV","startedAt":{{first.Id.StartedAt}},"expiresAt":{{first.Id.StartedAt + 90_000}},"leaseMs":90000,"ttl":690}""",
            documents[first.Id.Key.ToString()].GetRawText());
    }

    [Fact]
    public async Task TheUserDocument_OutlivesEveryRecord()
    {
        await Partition.AdmitAsync();
        Partition.Pass(seconds: 100_000);

        Assert.Equal(["user"], (await Partition.DocumentsAsync()).Keys);
    }

    [Theory]
    [InlineData(40, 90)]
    [InlineData(200, 5)]
    public async Task APartition_DoesNotGrowWithItsHistory(int starts, double secondsApart)
    {
        for (var i = 0; i < starts; i++)
        {
            await Partition.StartAsync(new StartStream { UserId = "anna", StreamId = "film", OnLimit = OnLimit.ReplaceOldest });
            Partition.Pass(secondsApart);
            Assert.InRange((await Partition.DocumentsAsync()).Count, 2, 19);
        }
    }

    [Fact]
    public async Task TimeNeverGoesBackInAPartition()
    {
        var first = await Partition.AdmitAsync();
        Partition.Time.AdjustTime(Partition.Time.GetUtcNow().AddHours(-1));

        Assert.True((await Partition.AdmitAsync()).Record.StartedAt >= first.Record.StartedAt);
    }

    [Fact]
    public async Task TextsAreKeptExactlyAsSent()
    {
        var text = "Ann\u00e4\ud83c\udf7f \"quoted\" \\ / <b> \u2028";

        var record = (await Partition.AdmitAsync(text, text, text)).Record;

        Assert.Equal((text, text, text), (record.UserId, record.StreamId, record.DeviceName));
        Assert.True(StreamRecordId.TryParse(record.Id.ToString(), out var id));
        Assert.Equal(text, id.UserId);
    }

    [Fact]
    public async Task UsersAreComparedByOrdinal()
    {
        await Partition.AdmitAsync("anna");

        Assert.Equal(1, (await Partition.AdmitAsync("Anna")).Active);
        Assert.Equal(1, (await Partition.AdmitAsync("anna ")).Active);
        Assert.Equal(1, (await Partition.AdmitAsync("a\u0301nna")).Active);
    }

    [Fact]
    public async Task ALimitOfZero_AdmitsNoStream()
    {
        await using var none = await OpenAsync(options => options.MaxConcurrentStreams = 0);

        var rejection = await none.RejectAsync();

        Assert.Equal((0, 0), (rejection.First.Limit, rejection.First.Streams.Count));
        Assert.Null(rejection.RetryAfter);
    }

    [Fact]
    public async Task WithoutALease_AStreamLivesUntilItIsStopped()
    {
        await using var endless = await OpenAsync(options => options.LeaseSeconds = 0);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null((await endless.AdmitAsync()).Record.ExpiresAt);
        }

        endless.Time.Advance(TimeSpan.FromHours(3));

        Assert.Null((await endless.RejectAsync()).RetryAfter);
    }

    [Fact]
    public async Task ALimitOfAHundred_IsReadInOneTransaction()
    {
        await using var many = await OpenAsync(options => options.MaxConcurrentStreams = 100);
        for (var i = 1; i <= 100; i++)
        {
            Assert.Equal(i, (await many.AdmitAsync()).Active);
        }

        Assert.Equal(100, (await many.RejectAsync()).First.Streams.Count);
    }

    [Fact]
    public async Task SimultaneousStarts_NeverExceedTheLimit()
    {
        for (var round = 0; round < 100; round++)
        {
            var userId = $"user {round}";
            var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Partition.StartAsync(userId))));

            Assert.Equal(3, results.Count(result => result is StartResult.Admitted));
            Assert.Equal(61, results.Count(result => result is StartResult.LimitReached));
        }
    }

    [Fact]
    public async Task ATextThatBreaksTheRule_IsAnArgumentError()
    {
        foreach (var userId in new[] { "", "a\u0000b", "\ud800", "\udc00\ud800", new string('x', 257) })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Partition.StartAsync(userId));
        }
    }
}
