namespace StreamChecker.Tests.Rules;

/// <summary>Which streams a start ends where rules may replace, and what is only observed.</summary>
public abstract class EvictionRules(Store store) : PartitionRules(store)
{
    private const string Plans =
        """
        {"default": {"rules": [
          {"name": "streams",    "limit": 4, "onLimit": "reject"},
          {"name": "uhd",        "limit": 1, "where": {"quality": ["uhd"]}, "onLimit": "replaceOldest"},
          {"name": "places",     "limit": 2, "distinct": "network", "onLimit": "replaceOldest"},
          {"name": "same-title", "limit": 1, "per": "streamId"}]}}
        """;

    public sealed class OnEmbedded() : EvictionRules(Store.Embedded);

    public sealed class OnCosmos() : EvictionRules(Store.Cosmos);

    [Fact]
    public async Task ARuleThatReplaces_EndsTheOldestOfTheStreamsThatItCounts()
    {
        await using var partition = await OpenAsync(options => options.Plans = Plans);
        await StartAsync(partition, "one");
        await StartAsync(partition, "two", ("quality", "uhd"));

        Assert.Equal(["two"], await StartAsync(partition, "three", ("quality", "uhd")));
        Assert.Equal(["one", "three"], await PlayingAsync(partition));
    }

    [Fact]
    public async Task TheStreamThatMostViolatedRulesCount_EndsFirst_ThoughAnotherIsOlder()
    {
        await using var partition = await OpenAsync(options => options.Plans = Plans);
        await StartAsync(partition, "one", ("network", "home"));
        await StartAsync(partition, "two", ("network", "hotel"), ("quality", "uhd"));

        Assert.Equal(["two"], await StartAsync(partition, "three", ("network", "train"), ("quality", "uhd")));
        Assert.Equal(["one", "three"], await PlayingAsync(partition));
    }

    [Fact]
    public async Task AStreamThatNeedNotEnd_IsTakenBack()
    {
        // "home" is the oldest, but it has two streams: to end one of them frees no place.
        await using var partition = await OpenAsync(options => options.Plans = Plans);
        await StartAsync(partition, "one", ("network", "home"));
        await StartAsync(partition, "two", ("network", "hotel"));
        await StartAsync(partition, "three", ("network", "home"));

        Assert.Equal(["two"], await StartAsync(partition, "four", ("network", "train")));
        Assert.Equal(["one", "three", "four"], await PlayingAsync(partition));
    }

    [Fact]
    public async Task ARuleThatMayNotReplace_Rejects_AndNothingEnds()
    {
        await using var partition = await OpenAsync(options => options.Plans = Plans);
        foreach (var film in new[] { "one", "two", "three" })
        {
            await StartAsync(partition, film);
        }

        await StartAsync(partition, "four", ("quality", "uhd"));

        // The one that the rule "uhd" would end makes room for the rule "streams", too.
        Assert.Equal(["four"], await StartAsync(partition, "five", ("quality", "uhd")));
        var rejection = await PlanRules.RejectAsync(partition, PlanRules.Film("six") with { OnLimit = OnLimit.ReplaceOldest });
        Assert.Equal(["streams"], rejection.Violations.Select(violation => violation.Rule));
        Assert.Equal(["one", "two", "three", "five"], await PlayingAsync(partition));
    }

    [Fact]
    public async Task ARuleThatSaysNothing_DoesWhatTheStartSays()
    {
        await using var partition = await OpenAsync(options => options.Plans = Plans);
        await StartAsync(partition, "one");

        Assert.Equal("same-title", (await PlanRules.RejectAsync(partition, PlanRules.Film("one"))).First.Rule);
        var replaced = (await PlanRules.AdmitAsync(partition, PlanRules.Film("one") with { OnLimit = OnLimit.ReplaceOldest })).Replaced;
        Assert.Single(replaced);
    }

    [Fact]
    public async Task NamedStreams_AndThoseOfTheDevice_EndFirst_AndAreNeverTakenBack()
    {
        await using var partition = await OpenAsync(options => options.Plans = Plans);
        await StartAsync(partition, "one", ("quality", "uhd"));
        partition.Pass(seconds: 1);
        var named = (await PlanRules.AdmitAsync(partition, PlanRules.Film("two"))).Record;
        partition.Pass(seconds: 1);
        await PlanRules.AdmitAsync(partition, PlanRules.Film("three") with { DeviceId = "tv" });

        var admitted = await PlanRules.AdmitAsync(partition, PlanRules.Film("four", ("quality", "hd")) with { DeviceId = "tv", Replace = [named.Id] });

        Assert.Equal([("two", false), ("three", true)], admitted.Replaced.Select(stream => (stream.StreamId, stream.SameDevice)));
        Assert.Equal(["one", "four"], await PlayingAsync(partition));
    }

    [Fact]
    public async Task AnEndedStream_LearnsWhichOneTookItsPlace()
    {
        await using var partition = await OpenAsync(options => options.Plans = Plans);
        var first = (await PlanRules.AdmitAsync(partition, PlanRules.Film("one", ("quality", "uhd")))).Record;
        var second = (await PlanRules.AdmitAsync(partition, PlanRules.Film("two", ("quality", "uhd")))).Record;

        Assert.Equal(new(StreamEndReason.Replaced, new(second.Id, "two", null)), await partition.EndingAsync(first.Id));
    }

    [Fact]
    public async Task AnObservedRule_RejectsNothing_AndIsNamed_InRetriesToo()
    {
        await using var partition = await OpenAsync(options => options.Plans =
            """{"default":{"rules":[{"name":"streams","limit":3},{"name":"places","limit":1,"distinct":"network","mode":"observe","require":true}]}}""");
        Assert.Empty((await PlanRules.AdmitAsync(partition, PlanRules.Film("one", ("network", "home")))).Observed);
        partition.Pass(seconds: 1);
        Assert.Empty((await PlanRules.AdmitAsync(partition, PlanRules.Film("two"))).Observed);
        partition.Pass(seconds: 1);
        var start = PlanRules.Film("three", ("network", "hotel")) with { IdempotencyKey = "play-1", OnLimit = OnLimit.ReplaceOldest };

        Assert.Equal(["places"], (await PlanRules.AdmitAsync(partition, start)).Observed);
        await partition.StopAsync((await partition.ActiveAsync())[0].Id);
        Assert.Equal(["places"], (await PlanRules.AdmitAsync(partition, start)).Observed);
        Assert.Equal(["places"], (await partition.Limiter.ExportAsync("anna", CancellationToken.None)).Records[^1].Observed);
    }

    [Fact]
    public async Task ObserveOnly_RejectsNothing_ButTheHundredAndFirstStream()
    {
        await using var partition = await OpenAsync(options => (options.ObserveOnly, options.MaxConcurrentStreams) = (true, 2));
        for (var stream = 1; stream <= 100; stream++)
        {
            var admitted = await PlanRules.AdmitAsync(partition, PlanRules.Film());
            Assert.Equal(stream > 2 ? ["streams"] : [], admitted.Observed);
            Assert.Equal((2, stream), (admitted.Limit, admitted.Active));
        }

        Assert.Equal(("service-maximum", 100, 100), PlanRules.Numbers((await PlanRules.RejectAsync(partition, PlanRules.Film() with { OnLimit = OnLimit.ReplaceOldest })).First));
    }

    [Fact]
    public async Task WhatIsObserved_IsWhatTheEnforcedRulesReject_OnTheSameDocuments()
    {
        const string rejecting =
            """
            {"default": {"rules": [
              {"name": "streams",    "limit": 4},
              {"name": "uhd",        "limit": 1, "where": {"quality": ["uhd"]}},
              {"name": "places",     "limit": 2, "distinct": "network"},
              {"name": "same-title", "limit": 1, "per": "streamId"}]}}
            """;
        await using var partition = await OpenAsync(options => (options.Plans, options.ObserveOnly) = (rejecting, true));
        var enforced = partition.With(options => options.Plans = rejecting);
        var random = new Random(19);
        var rejections = 0;
        for (var call = 0; call < 60; call++)
        {
            var start = PlanRules.Film($"film {random.Next(4)}", ("quality", random.Next(3) == 0 ? "uhd" : "hd"), ("network", $"network {random.Next(4)}"));

            // First enforced: if it is rejected, it writes nothing. What it admits is stopped.
            var would = await enforced.StartAsync(start, CancellationToken.None);
            if (would is StartResult.Admitted admitted)
            {
                await partition.StopAsync(admitted.Record.Id);
            }

            var violated = would is StartResult.LimitReached rejection ? rejection.Violations.Select(violation => violation.Rule) : [];
            rejections += violated.Any() ? 1 : 0;
            Assert.Equal(violated, (await PlanRules.AdmitAsync(partition, start)).Observed);
            if (random.Next(2) == 0)
            {
                var active = await partition.ActiveAsync();
                await partition.StopAsync(active[random.Next(active.Count)].Id);
            }

            partition.Pass(seconds: random.Next(20));
        }

        Assert.InRange(rejections, 15, 55);
    }

    private static async Task<string[]> StartAsync(TestPartition partition, string film, params (string, string)[] tags)
    {
        var admitted = await PlanRules.AdmitAsync(partition, PlanRules.Film(film, tags));
        partition.Pass(seconds: 1);
        return [.. admitted.Replaced.Select(stream => stream.StreamId)];
    }

    private static async Task<string[]> PlayingAsync(TestPartition partition) => [.. (await partition.ActiveAsync()).Select(stream => stream.StreamId)];
}
