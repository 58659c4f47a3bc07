namespace StreamChecker.Tests.Rules;

/// <summary>The rules of a plan: three forms, for users with a plan, for starts that name one, and by default.</summary>
public abstract class PlanRules(Store store) : PartitionRules(store)
{
    private const string Plans =
        """
        {
          "default": {"rules": [{"name": "streams", "limit": 3}]},
          "premium": {"rules": [
            {"name": "streams",    "limit": 6},
            {"name": "uhd",        "limit": 1, "where": {"quality": ["uhd", "8k"]}},
            {"name": "same-title", "limit": 2, "per": "streamId"},
            {"name": "devices",    "limit": 2, "distinct": "deviceId"},
            {"name": "live-sport", "limit": 1, "where": {"category": ["sport"], "type": ["live"]}}]},
          "strict": {"rules": [
            {"name": "streams", "limit": 3},
            {"name": "quality", "limit": 1, "per": "quality", "require": true},
            {"name": "phones",  "limit": 2, "distinct": "deviceId", "require": true}]},
          "later": {"rules": [
            {"name": "streams", "limit": 1},
            {"name": "places",  "limit": 1, "distinct": "network"}]}
        }
        """;

    public sealed class OnEmbedded() : PlanRules(Store.Embedded);

    public sealed class OnCosmos() : PlanRules(Store.Cosmos);

    [Fact]
    public async Task AUserWithoutAPlan_HasTheDefault()
    {
        await using var partition = await OpenPlansAsync();

        Assert.Equal(new("anna", 3, IsDefault: true, "default"), await partition.Limiter.GetLimitAsync("anna", CancellationToken.None));
        Assert.Equal(3, (await partition.AdmitAsync()).Limit);
    }

    [Fact]
    public async Task AUsersPlan_HoldsFromTheNextStartOn_ForEveryInstance()
    {
        await using var partition = await OpenPlansAsync();
        await AdmitAsync(partition, Film());
        await SetPlanAsync(partition, "premium");
        var other = partition.With(options => options.Plans = Plans);

        Assert.Equal(6, (await AdmitAsync(partition, Film())).Limit);
        Assert.Equal(6, Assert.IsType<StartResult.Admitted>(await other.StartAsync(Film("match"), CancellationToken.None)).Limit);
        await SetPlanAsync(partition, null);
        Assert.IsType<StartResult.LimitReached>(await other.StartAsync(Film("match"), CancellationToken.None));
        Assert.Equal(new("anna", 3, IsDefault: true, "default"), await partition.Limiter.GetLimitAsync("anna", CancellationToken.None));
    }

    [Fact]
    public async Task AStartsOwnPlan_HoldsForItAlone()
    {
        await using var partition = await OpenPlansAsync();
        await SetPlanAsync(partition, "premium");

        Assert.Equal(1, (await AdmitAsync(partition, Film() with { Plan = "later" })).Limit);
        Assert.IsType<StartResult.LimitReached>(await partition.StartAsync(Film() with { Plan = "later" }));
        Assert.Equal(6, (await AdmitAsync(partition, Film("match"))).Limit);
    }

    [Fact]
    public async Task AUsersOwnLimit_OverridesTheRuleForAllStreams_InEveryPlan()
    {
        await using var partition = await OpenPlansAsync();
        await partition.Limiter.SetLimitAsync("anna", new(Limit: new(1), Plan: new("premium")), null, CancellationToken.None);
        await AdmitAsync(partition, Film());

        Assert.Equal(("streams", 1, 1), Numbers((await RejectAsync(partition, Film("match"))).First));
        await SetPlanAsync(partition, null);
        Assert.Equal(new("anna", 1, IsDefault: false, "default"), await partition.Limiter.GetLimitAsync("anna", CancellationToken.None));
        await partition.SetLimitAsync(null);
        Assert.Equal(3, (await AdmitAsync(partition, Film())).Limit);
    }

    [Fact]
    public async Task CountWhere_CountsStreamsWithOneOfTheValues()
    {
        await using var partition = await OpenPremiumAsync();
        var uhd = (await AdmitAsync(partition, Film("one", ("quality", "uhd")))).Record;
        await AdmitAsync(partition, Film("two", ("quality", "hd")));
        await AdmitAsync(partition, Film("three"));

        var rejection = await RejectAsync(partition, Film("four", ("quality", "8k")));

        Assert.Equal((3, ("uhd", 1, 1)), (rejection.Active, Numbers(Assert.Single(rejection.Violations))));
        Assert.Equal([uhd.Id], rejection.First.Streams.Select(stream => stream.Id));
        await AdmitAsync(partition, Film("four", ("quality", "UHD")));
    }

    [Fact]
    public async Task CountWhere_WithSeveralTags_CountsStreamsThatHaveAllOfThem()
    {
        await using var partition = await OpenPremiumAsync();
        await AdmitAsync(partition, Film("one", ("category", "sport"), ("type", "live")));
        await AdmitAsync(partition, Film("two", ("category", "sport"), ("type", "replay")));
        await AdmitAsync(partition, Film("three", ("type", "live")));

        Assert.Equal(("live-sport", 1, 1), Numbers((await RejectAsync(partition, Film("four", ("type", "live"), ("category", "sport")))).First));
    }

    [Fact]
    public async Task CountPer_CountsEachValueSeparately()
    {
        await using var partition = await OpenPremiumAsync();
        await AdmitAsync(partition, Film("match"));
        await AdmitAsync(partition, Film("match"));
        await AdmitAsync(partition, Film("film"));

        var rejection = await RejectAsync(partition, Film("match"));

        Assert.Equal(("same-title", 2, 2), Numbers(Assert.Single(rejection.Violations)));
        Assert.All(rejection.First.Streams, stream => Assert.Equal("match", stream.StreamId));
        await AdmitAsync(partition, Film("film"));
    }

    [Fact]
    public async Task DistinctValues_CountTheValues_NotTheStreams()
    {
        await using var partition = await OpenPremiumAsync();
        await AdmitAsync(partition, On("tv", "one"));
        await AdmitAsync(partition, On("tv", "two"));
        await AdmitAsync(partition, On("phone", "three"));

        Assert.Equal(("devices", 2, 2), Numbers((await RejectAsync(partition, On("tablet", "four"))).First));
        await AdmitAsync(partition, On("phone", "four"));
        await AdmitAsync(partition, Film("five"));
    }

    [Fact]
    public async Task AStreamWithoutTheValue_IsNotCounted_UnlessTheRuleRequiresIt()
    {
        await using var partition = await OpenPremiumAsync();
        for (var stream = 0; stream < 6; stream++)
        {
            await AdmitAsync(partition, Film($"film {stream}"));
        }

        await SetPlanAsync(partition, "strict", "bert");
        var bert = Film() with { UserId = "bert" };

        Assert.Equal(new StartResult.ValueRequired("quality"), await partition.StartAsync(bert));
        Assert.Equal(new StartResult.ValueRequired("deviceId"), await partition.StartAsync(bert with { Tags = Tags(("quality", "hd")) }));
        await AdmitAsync(partition, bert with { Tags = Tags(("quality", "hd")), DeviceId = "tv" });
        Assert.Empty(await partition.ActiveAsync("bert") is [_] ? [] : new[] { "more than one" });
    }

    [Fact]
    public async Task ANameOfJavaScriptItself_IsATagLikeAnyOther()
    {
        await using var partition = await OpenAsync(options => options.Plans =
            """{"default":{"rules":[{"name":"streams","limit":5},{"name":"odd","limit":1,"per":"constructor"},{"name":"odder","limit":1,"distinct":"toString"}]}}""");
        await AdmitAsync(partition, Film());
        await AdmitAsync(partition, Film());
        await AdmitAsync(partition, Film("film", ("constructor", "a"), ("toString", "a")));

        Assert.Equal(["odd", "odder"], (await RejectAsync(partition, Film("film", ("constructor", "a"), ("toString", "b")))).Violations.Select(violation => violation.Rule));
    }

    [Fact]
    public async Task ARejection_NamesEveryViolatedRule_AndWhenAllCouldBeSatisfied()
    {
        await using var partition = await OpenPremiumAsync();
        await AdmitAsync(partition, On("tv", "match") with { Tags = Tags(("quality", "uhd")) });
        partition.Pass(seconds: 10);
        await AdmitAsync(partition, On("phone", "match"));
        partition.Pass(seconds: 10);

        var rejection = await RejectAsync(partition, On("tablet", "match") with { Tags = Tags(("quality", "uhd")) });

        Assert.Equal([("uhd", 1, 1), ("same-title", 2, 2), ("devices", 2, 2)], rejection.Violations.Select(Numbers));
        Assert.Equal([1, 2, 2], rejection.Violations.Select(violation => violation.Streams.Count));
        Assert.Equal(TimeSpan.FromSeconds(70), rejection.RetryAfter);
    }

    [Fact]
    public async Task RetryAfter_WaitsForTheLastStreamOfAValue()
    {
        await using var partition = await OpenAsync(options => options.Plans = """{"default":{"rules":[{"name":"streams","limit":9},{"name":"devices","limit":1,"distinct":"deviceId"}]}}""");
        await AdmitAsync(partition, On("tv", "one"));
        partition.Pass(seconds: 30);
        await AdmitAsync(partition, On("tv", "two"));

        Assert.Equal(TimeSpan.FromSeconds(90), (await RejectAsync(partition, On("phone", "three"))).RetryAfter);
    }

    [Fact]
    public async Task AChangedFile_EndsNoRunningStream()
    {
        await using var partition = await OpenPremiumAsync();
        await AdmitAsync(partition, On("tv", "one"));
        var second = (await AdmitAsync(partition, On("phone", "two"))).Record;
        var rolledOut = partition.With(options => options.Plans = """{"premium":{"rules":[{"name":"streams","limit":1}]}}""");

        Assert.Equal(("streams", 1, 2), Numbers(Assert.IsType<StartResult.LimitReached>(await rolledOut.StartAsync(Film(), CancellationToken.None)).First));
        Assert.IsType<RenewResult.Alive>(await rolledOut.RenewAsync(second.Id, CancellationToken.None));
    }

    [Fact]
    public async Task APlanThatTheFileNoLongerHas_IsTheDefault()
    {
        await using var partition = await OpenPremiumAsync();
        var rolledOut = partition.With(options => options.MaxConcurrentStreams = 1);

        Assert.Equal(new("anna", 1, IsDefault: false, "premium"), await rolledOut.GetLimitAsync("anna", CancellationToken.None));
        Assert.Equal(1, Assert.IsType<StartResult.Admitted>(await rolledOut.StartAsync(Film(), CancellationToken.None)).Limit);
        Assert.IsType<StartResult.LimitReached>(await rolledOut.StartAsync(Film(), CancellationToken.None));
    }

    [Fact]
    public async Task ARetry_RepeatsTheFirstResult_AndMustHaveTheSameTagsAndPlan()
    {
        await using var partition = await OpenPremiumAsync();
        var start = Film("film", ("quality", "uhd"), ("category", "sport")) with { IdempotencyKey = "play-1" };
        var first = await AdmitAsync(partition, start);

        Assert.Equal((first.Record, true), ((await AdmitAsync(partition, start with { Tags = Tags(("category", "sport"), ("quality", "uhd")) })) is var again ? (again.Record, again.Replayed) : default));
        Assert.IsType<StartResult.KeyReused>(await partition.StartAsync(start with { Tags = Tags(("quality", "uhd")) }));
        Assert.IsType<StartResult.KeyReused>(await partition.StartAsync(start with { Tags = Tags(("quality", "hd"), ("category", "sport")) }));
        Assert.IsType<StartResult.KeyReused>(await partition.StartAsync(start with { Plan = "premium" }));
        await SetPlanAsync(partition, null);
        Assert.True((await AdmitAsync(partition, start)).Replayed);
    }

    [Fact]
    public async Task ARetriedChangeOfThePlan_GetsTheFirstResult_AndItsKeyFitsNoOtherChange()
    {
        await using var partition = await OpenPlansAsync();
        var premium = LimitChange.ToPlan("premium");
        var first = await partition.Limiter.SetLimitAsync("anna", premium, "plan-1", CancellationToken.None);
        Assert.Equal(new SetLimitResult.LimitSet(new("anna", 6, IsDefault: false, "premium"), Replayed: false), first);
        await partition.SetLimitAsync(null);

        Assert.Equal(new SetLimitResult.LimitSet(new("anna", 6, IsDefault: false, "premium"), Replayed: true), await partition.Limiter.SetLimitAsync("anna", premium, "plan-1", CancellationToken.None));
        Assert.IsType<SetLimitResult.KeyReused>(await partition.Limiter.SetLimitAsync("anna", LimitChange.ToPlan("strict"), "plan-1", CancellationToken.None));
        Assert.IsType<SetLimitResult.KeyReused>(await partition.Limiter.SetLimitAsync("anna", new(new(6), new("premium")), "plan-1", CancellationToken.None));
        Assert.Equal("default", (await partition.Limiter.GetLimitAsync("anna", CancellationToken.None)).Plan);
    }

    [Fact]
    public async Task SimultaneousStarts_NeverViolateARule()
    {
        await using var partition = await OpenPremiumAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(number => Task.Run(() => partition.StartAsync(Film($"film {number}", ("quality", number % 2 == 0 ? "uhd" : "8k"))))));

        Assert.Single(results.OfType<StartResult.Admitted>());
        Assert.All(results.OfType<StartResult.LimitReached>(), rejection => Assert.Equal(("uhd", 1, 1), Numbers(rejection.First)));
    }

    [Fact]
    public async Task WithTwoSpeeds_AUserIsAtTheLimitOfAnyEnforcedRule()
    {
        await using var partition = await OpenAsync(options =>
            (options.Plans, options.RelaxedLeaseSeconds, options.RelaxedHeartbeatIntervalSeconds) = (Plans, 360, 120));
        await SetPlanAsync(partition, "premium");
        var relaxed = TimeSpan.FromSeconds(120);
        var strict = TimeSpan.FromSeconds(30);

        Assert.Equal(relaxed, (await AdmitAsync(partition, Film("one"))).HeartbeatInterval);
        var uhd = await AdmitAsync(partition, Film("two", ("quality", "uhd")));
        Assert.Equal(strict, uhd.HeartbeatInterval);
        await partition.StopAsync(uhd.Record.Id);
        Assert.Equal(relaxed, (await AdmitAsync(partition, Film("three"))).HeartbeatInterval);
        Assert.Equal(strict, (await AdmitAsync(partition, Film("one"))).HeartbeatInterval);
    }

    [Fact]
    public async Task TheUsersData_HasPlanAndTags()
    {
        await using var partition = await OpenPremiumAsync();
        await AdmitAsync(partition, Film("film", ("quality", "uhd")) with { Plan = "later" });

        var data = await partition.Limiter.ExportAsync("anna", CancellationToken.None);

        Assert.Equal("premium", data.Plan);
        Assert.Equal((OperationKind.SetLimit, null, "premium"), Assert.Single(data.Operations) is var operation ? (operation.Kind, operation.Number, operation.Plan) : default);
        var held = Assert.Single(data.Records);
        Assert.Equal(("uhd", "later"), (held.Tags["quality"], held.Plan));
        await partition.Limiter.EraseAsync("anna", CancellationToken.None);
        Assert.Equal("default", (await partition.Limiter.GetLimitAsync("anna", CancellationToken.None)).Plan);
    }

    internal static StartStream Film(string streamId = "film", params (string Name, string Value)[] tags) => new() { UserId = "anna", StreamId = streamId, Tags = Tags(tags) };

    internal static Dictionary<string, string> Tags(params (string Name, string Value)[] tags) => tags.ToDictionary(tag => tag.Name, tag => tag.Value);

    internal static async Task<StartResult.Admitted> AdmitAsync(TestPartition partition, StartStream start) => Assert.IsType<StartResult.Admitted>(await partition.StartAsync(start));

    internal static async Task<StartResult.LimitReached> RejectAsync(TestPartition partition, StartStream start) => Assert.IsType<StartResult.LimitReached>(await partition.StartAsync(start));

    internal static (string Rule, int Limit, int Active) Numbers(RuleViolation violation) => (violation.Rule, violation.Limit, violation.Active);

    private static StartStream On(string device, string streamId) => Film(streamId) with { DeviceId = device, SameDevice = SameDevice.Count };

    private static async Task SetPlanAsync(TestPartition partition, string? plan, string userId = "anna") =>
        Assert.IsType<SetLimitResult.LimitSet>(await partition.Limiter.SetLimitAsync(userId, LimitChange.ToPlan(plan), null, CancellationToken.None));

    private Task<TestPartition> OpenPlansAsync() => OpenAsync(options => options.Plans = Plans);

    private async Task<TestPartition> OpenPremiumAsync()
    {
        var partition = await OpenPlansAsync();
        await SetPlanAsync(partition, "premium");
        return partition;
    }
}
