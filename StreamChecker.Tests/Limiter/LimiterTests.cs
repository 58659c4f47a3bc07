using NSubstitute;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Limiter;

/// <summary>What the limiter asks of a partition store, and how it interprets the replies.</summary>
public sealed class LimiterTests
{
    private const string Premium = """{"premium":{"rules":[{"name":"streams","limit":6}]}}""";

    private static readonly RecordKey Key = new(7);
    private static readonly RecordView View = new(Key.ToString(), 1_000, "film", "TV", 91_000);
    private static readonly StreamRecordId Id = new("anna", Key, 1_000);
    private static readonly StreamRecord Record = new(
        Id, "anna", "film", "TV", DateTimeOffset.FromUnixTimeMilliseconds(1_000), DateTimeOffset.FromUnixTimeMilliseconds(91_000));

    private readonly IStreamPartitions partitions = Substitute.For<IStreamPartitions>();
    private readonly List<StreamCommand> commands = [];
    private readonly StreamLimiter limiter;

    public LimiterTests() => limiter = Limiters.Of(
        partitions,
        new() { MaxConcurrentStreams = 4, LeaseSeconds = 60, HeartbeatIntervalSeconds = 20, Plans = Premium },
        TimeProvider.System);

    [Fact]
    public async Task AStart_IsOneCommandWithAllThatTheProcedureMustKnow()
    {
        Return(new StreamReply.KeyReused());

        await limiter.StartAsync(new() { UserId = "anna", StreamId = "film", DeviceName = "TV" }, CancellationToken.None);
        await limiter.StartAsync(
            new()
            {
                UserId = "anna", StreamId = "film", DeviceId = "tv-1", SameDevice = SameDevice.Count, IdempotencyKey = "play-1", OnLimit = OnLimit.ReplaceOldest,
                Replace = [Id],
            }, CancellationToken.None);

        var (plain, keyed) = (Assert.IsType<StartCommand>(commands[0]), Assert.IsType<StartCommand>(commands[1]));
        Assert.Equal(
            new StartCommand { UserId = "anna", Key = plain.Key, StreamId = "film", DeviceName = "TV", LeaseMs = 60_000, Plan = Plan.OfLimit(4) }, plain);
        Assert.Equal((RecordKey.For("anna", "play-1").ToString(), true, null), (keyed.Key, keyed.ReplaceOldest, keyed.DeviceName));
        Assert.Equal((null, false, "tv-1", true), (plain.DeviceId, plain.CountSameDevice, keyed.DeviceId, keyed.CountSameDevice));
        Assert.Equal([new ReplaceOrder("anna", Key.ToString(), 1_000)], keyed.Replace!);
    }

    [Fact]
    public async Task AStartsTags_AreSentInTheOrderOfTheirNames()
    {
        Return(new StreamReply.KeyReused());

        await limiter.StartAsync(
            new() { UserId = "anna", StreamId = "film", Tags = new Dictionary<string, string> { ["type"] = "live", ["category"] = "sport", ["network"] = "home" } },
            CancellationToken.None);

        Assert.Equal([new("category", "sport"), new("network", "home"), new("type", "live")], ((StartCommand)Assert.Single(commands)).Tags!);
    }

    [Fact]
    public async Task TheProceduresReplyToAStart_IsTheResult()
    {
        var admitted = Assert.IsType<StartResult.Admitted>(await StartAsync(new StreamReply.Admitted(
            true, 1_000, 91_000, 4, 3, [new(View.Key, View.StartedAt, View.StreamId, View.DeviceName, View.ExpiresAt, SameDevice: true)], Observed: ["places"])));
        var id = new StreamRecordId("anna", RecordKey.Parse(((StartCommand)commands[^1]).Key), 1_000);
        Assert.Equivalent(new StartResult.Admitted(Record with { Id = id, DeviceName = null }, 4, 3, [new(Id, Record.StreamId, Record.DeviceName, SameDevice: true)], Replayed: true, TimeSpan.FromSeconds(20), ["places"]), admitted, strict: true);
        Assert.Equivalent(
            new StartResult.LimitReached(6, [new("streams", 4, 5, [Record with { ExpiresAt = null }])], TimeSpan.FromMilliseconds(1500)),
            await StartAsync(new StreamReply.LimitReached(6, [new("streams", 4, 5, [View with { ExpiresAt = null }])], 1500)),
            strict: true);
        Assert.Null(Assert.IsType<StartResult.LimitReached>(await StartAsync(new StreamReply.LimitReached(0, [new("streams", 0, 0, [])], null))).RetryAfter);
        Assert.Equal(
            new StartResult.Ended(new(StreamEndReason.Replaced, new(Id, "match", "Phone"), SameDevice: true)),
            await StartAsync(new StreamReply.Ended(StreamEndReason.Replaced, new(Key.ToString(), 1_000, "match", "Phone"), SameDevice: true)));
        Assert.Equal(new StartResult.Ended(new(StreamEndReason.Stopped, null)), await StartAsync(new StreamReply.Ended(StreamEndReason.Stopped, null)));
        Assert.IsType<StartResult.KeyReused>(await StartAsync(new StreamReply.KeyReused()));
        Assert.IsType<StartResult.ForeignReplacement>(await StartAsync(new StreamReply.ForeignReplacement()));
        Assert.Equal(new StartResult.ValueRequired("quality"), await StartAsync(new StreamReply.ValueRequired("quality")));
    }

    [Fact]
    public async Task AStart_IsRepeatedWithTheUsersPlan_AndTheNextOneBeginsWithIt()
    {
        var start = new StartStream { UserId = "anna", StreamId = "film" };
        Return(new StreamReply.PlanNeeded("premium"), new StreamReply.KeyReused());

        await limiter.StartAsync(start, CancellationToken.None);
        await limiter.StartAsync(start, CancellationToken.None);
        await limiter.StartAsync(start with { UserId = "bert" }, CancellationToken.None);

        Assert.Equal(["default", "premium", "premium", "default"], commands.Cast<StartCommand>().Select(command => command.Plan.Name));
        Assert.Equal(((StartCommand)commands[0]).Key, ((StartCommand)commands[1]).Key);
        Assert.All(commands, command => Assert.False(((StartCommand)command).PlanIsNamed));
    }

    [Fact]
    public async Task AfterTheUsersPlanChanged_TheNextStartBeginsWithTheNewOne()
    {
        var start = new StartStream { UserId = "anna", StreamId = "film" };
        Return(new StreamReply.PlanNeeded("premium"), new StreamReply.KeyReused(), new StreamReply.PlanNeeded(null), new StreamReply.KeyReused());

        await limiter.StartAsync(start, CancellationToken.None);
        await limiter.StartAsync(start, CancellationToken.None);
        await limiter.StartAsync(start, CancellationToken.None);

        Assert.Equal(["default", "premium", "premium", "default", "default"], commands.Cast<StartCommand>().Select(command => command.Plan.Name));
    }

    [Fact]
    public async Task AStartWithAPlanOfItsOwn_AsksForNoOther_AndChangesNothingForTheNext()
    {
        var start = new StartStream { UserId = "anna", StreamId = "film" };
        Return(new StreamReply.KeyReused());

        await limiter.StartAsync(start with { Plan = "premium" }, CancellationToken.None);
        await limiter.StartAsync(start, CancellationToken.None);

        Assert.Equal([("premium", true), ("default", false)], commands.Cast<StartCommand>().Select(command => (command.Plan.Name, command.PlanIsNamed)));
    }

    [Fact]
    public async Task APlanThatTheFileDoesNotHave_HasTheRulesOfTheDefault()
    {
        Return(new StreamReply.PlanNeeded("gold"), new StreamReply.KeyReused(), new StreamReply.Listed(null, [], "gold"));

        await limiter.StartAsync(new() { UserId = "anna", StreamId = "film" }, CancellationToken.None);

        var repeated = (StartCommand)commands[1];
        Assert.Equal(("gold", 4, false), (repeated.Plan.Name, repeated.Plan.Limit, repeated.PlanIsNamed));
        Assert.Equal(new("anna", 4, IsDefault: false, "gold"), await limiter.GetLimitAsync("anna", CancellationToken.None));
    }

    [Fact]
    public async Task APlanThatChangesEachTime_IsUnavailability()
    {
        Return(new StreamReply.PlanNeeded("premium"));

        await Assert.ThrowsAsync<StreamStoreUnavailableException>(() => limiter.StartAsync(new() { UserId = "anna", StreamId = "film" }, CancellationToken.None));
        Assert.Equal(5, commands.Count);
    }

    [Fact]
    public async Task AHeartbeat_IsOneCommandForTheRecord()
    {
        Return(new StreamReply.Renewed(true, View));

        Assert.Equal(new RenewResult.Alive(Record, TimeSpan.FromSeconds(20)), await limiter.RenewAsync(Id, CancellationToken.None));

        Assert.Equal(new RenewCommand { UserId = "anna", Key = Key.ToString(), StartedAt = 1_000, LeaseMs = 60_000, IntervalMs = 20_000 }, Assert.Single(commands));
    }

    [Fact]
    public async Task AStop_SaysWhetherItEndedTheStream()
    {
        Return(new StreamReply.Stopped(1));
        Assert.True(await limiter.StopAsync(Id, CancellationToken.None));
        Assert.Equal(new StopCommand { UserId = "anna", Key = Key.ToString(), StartedAt = 1_000 }, Assert.Single(commands));

        Return(new StreamReply.Stopped(0));
        Assert.False(await limiter.StopAsync(Id, CancellationToken.None));
    }

    [Fact]
    public async Task AStopOfAll_SaysHowManyItEnded()
    {
        Return(new StreamReply.Stopped(3), new StreamReply.Stopped(3, Replayed: true), new StreamReply.KeyReused());
        Assert.Equal(new StopAllResult.Stopped(3, Replayed: false), await limiter.StopAllAsync("anna", null, CancellationToken.None));
        Assert.Equal(new StopAllResult.Stopped(3, Replayed: true), await limiter.StopAllAsync("anna", "stop-1", CancellationToken.None));
        Assert.Equal(new StopAllResult.KeyReused(), await limiter.StopAllAsync("anna", "stop-1", CancellationToken.None));

        var keyed = new StopAllCommand { UserId = "anna", OperationId = RecordKey.For("anna", "stop-1").ToString() };
        Assert.Equal([keyed, keyed], commands[1..]);
        Assert.NotEqual(keyed, commands[0]);
    }

    [Fact]
    public async Task AListAndALimit_AreReadByTheSameCommand()
    {
        Return(new StreamReply.Listed(5, [View], "premium"));

        var list = await limiter.ListAsync("anna", CancellationToken.None);
        Assert.Equal(new("anna", 5, IsDefault: false, "premium"), await limiter.GetLimitAsync("anna", CancellationToken.None));

        Assert.Equal(("anna", 5, Record), (list.UserId, list.Limit, Assert.Single(list.Streams)));
        Assert.All(commands, command => Assert.Equal(new ListCommand { UserId = "anna" }, command));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(null)]
    public async Task ALimitInRange_IsSet(int? limit)
    {
        var set = new UserLimit("anna", limit ?? 4, IsDefault: limit is null, "default");
        var change = LimitChange.ToLimit(limit);
        Return(
            new StreamReply.LimitSet(limit, null, change),
            new StreamReply.LimitSet(limit, null, change, Replayed: true),
            new StreamReply.KeyReused());
        Assert.Equal(new SetLimitResult.LimitSet(set, Replayed: false), await limiter.SetLimitAsync("anna", LimitChange.ToLimit(limit), null, CancellationToken.None));
        Assert.Equal(new SetLimitResult.LimitSet(set, Replayed: true), await limiter.SetLimitAsync("anna", LimitChange.ToLimit(limit), "plan-1", CancellationToken.None));
        Assert.Equal(new SetLimitResult.KeyReused(), await limiter.SetLimitAsync("anna", LimitChange.ToLimit(limit), "plan-1", CancellationToken.None));

        var keyed = new SetLimitCommand
        {
            UserId = "anna", Change = LimitChange.ToLimit(limit), OperationId = RecordKey.For("anna", "plan-1").ToString(),
        };
        Assert.Equal([keyed, keyed], commands[1..]);
        Assert.Equal(keyed with { OperationId = ((SetLimitCommand)commands[0]).OperationId }, commands[0]);
        Assert.NotEqual(keyed, commands[0]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public async Task ALimitOutOfRange_IsAnArgumentError(int limit)
    {
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => limiter.SetLimitAsync("anna", LimitChange.ToLimit(limit), null, CancellationToken.None));

        Assert.Equal(("change", (object)limit), (error.ParamName, error.ActualValue));
        Assert.StartsWith("A limit is from 0 to 100.", error.Message, StringComparison.Ordinal);
        Assert.Empty(commands);
    }

    [Fact]
    public async Task TheWarmUp_ReadsAPartitionThatIsNoUsers()
    {
        Return(new StreamReply.Listed(null, []));

        await limiter.WarmUpAsync(0, CancellationToken.None);

        Assert.NotNull(FieldText.Error(Assert.IsType<ListCommand>(Assert.Single(commands)).UserId));
    }

    [Fact]
    public async Task ATextThatBreaksItsRule_IsAnArgumentErrorThatNamesIt()
    {
        var film = new StartStream { UserId = "anna", StreamId = "film" };

        await AssertArgumentErrorAsync("UserId must not be empty.", "UserId", () => limiter.StartAsync(film with { UserId = "" }, CancellationToken.None));
        await AssertArgumentErrorAsync("StreamId must not be empty.", "StreamId", () => limiter.StartAsync(film with { StreamId = "" }, CancellationToken.None));
        await AssertArgumentErrorAsync("DeviceName must not be empty.", "DeviceName", () => limiter.StartAsync(film with { DeviceName = "" }, CancellationToken.None));
        await AssertArgumentErrorAsync("quality must not be empty.", "start", () => limiter.StartAsync(film with { Tags = Tags("quality", "") }, CancellationToken.None));
        await AssertArgumentErrorAsync("userId is the name of a field; use another name.", "start", () => limiter.StartAsync(film with { Tags = Tags("userId", "x") }, CancellationToken.None));
        await AssertArgumentErrorAsync("The plan gold does not exist.", "plan", () => limiter.StartAsync(film with { Plan = "gold" }, CancellationToken.None));
        await AssertArgumentErrorAsync("The plan gold does not exist.", "plan", () => limiter.SetLimitAsync("anna", LimitChange.ToPlan("gold"), null, CancellationToken.None));
        await AssertArgumentErrorAsync("idempotencyKey must have 1 to 255 characters.", "idempotencyKey", () => limiter.StartAsync(film with { IdempotencyKey = "" }, CancellationToken.None));
        await AssertArgumentErrorAsync("userId must not be empty.", "userId", () => limiter.StopAllAsync("", null, CancellationToken.None));
        await AssertArgumentErrorAsync("userId must not be empty.", "userId", () => limiter.ListAsync("", CancellationToken.None));
        await AssertArgumentErrorAsync("userId must not be empty.", "userId", () => limiter.GetLimitAsync("", CancellationToken.None));
        await AssertArgumentErrorAsync("userId must not be empty.", "userId", () => limiter.SetLimitAsync("", LimitChange.Reset, null, CancellationToken.None));
        await AssertArgumentErrorAsync("idempotencyKey must be visible ASCII characters.", "idempotencyKey", () => limiter.StopAllAsync("anna", "a b", CancellationToken.None));
        await AssertArgumentErrorAsync("idempotencyKey must have 1 to 255 characters.", "idempotencyKey", () => limiter.SetLimitAsync("anna", LimitChange.Reset, "", CancellationToken.None));
        Assert.Equal("UserId", (await Assert.ThrowsAsync<ArgumentNullException>(() => limiter.StartAsync(film with { UserId = null! }, CancellationToken.None))).ParamName);
        Assert.Empty(commands);
    }

    [Fact]
    public async Task AReplyToAnotherCommand_IsABug()
    {
        Return(new StreamReply.LimitSet(1, null, null));
        await AssertBugAsync("LimitSet", () => limiter.StartAsync(new() { UserId = "anna", StreamId = "film" }, CancellationToken.None));
        await AssertBugAsync("LimitSet", () => limiter.RenewAsync(Id, CancellationToken.None));
        await AssertBugAsync("LimitSet", () => limiter.StopAsync(Id, CancellationToken.None));
        await AssertBugAsync("LimitSet", () => limiter.ListAsync("anna", CancellationToken.None));
        await AssertBugAsync("LimitSet", () => limiter.StopAllAsync("anna", null, CancellationToken.None));

        Return(new StreamReply.Stopped(1));
        await AssertBugAsync("Stopped", () => limiter.SetLimitAsync("anna", LimitChange.Reset, null, CancellationToken.None));
    }

    private static Dictionary<string, string> Tags(string name, string value) => new() { [name] = value };

    private Task<StartResult> StartAsync(StreamReply reply)
    {
        Return(reply);
        return limiter.StartAsync(new() { UserId = "anna", StreamId = "film" }, CancellationToken.None);
    }

    private void Return(StreamReply reply, params StreamReply[] then) =>
        partitions.ExecuteAsync(Arg.Do<StreamCommand>(commands.Add), Arg.Any<CancellationToken>()).Returns(
            new PartitionResult.Committed(reply), [.. then.Select(other => new PartitionResult.Committed(other))]);

    private static async Task AssertArgumentErrorAsync(string message, string parameter, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(call);
        Assert.Equal(parameter, error.ParamName);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static async Task AssertBugAsync(string response, Func<Task> call) =>
        Assert.Equal($"streams.js returned {response}, which is not a reply to this command.", (await Assert.ThrowsAsync<StoredProcedureException>(call)).Message);
}
