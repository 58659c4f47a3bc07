using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamChecker.Client;
using StreamChecker.Reliability.Functions;
using StreamChecker.Reliability.Functions.Host;
using StreamChecker.Tests.Http;

namespace StreamChecker.Reliability.Clients;

/// <summary>The .NET client against a host.</summary>
public abstract class ClientTests : IAsyncLifetime
{
    private readonly string run = Guid.NewGuid().ToString("N");
    private readonly List<ServiceProvider> providers = [];

    /// <summary>The address of the host, and its key.</summary>
    protected abstract (Uri Address, string? Key) Service { get; }

    public abstract Task InitializeAsync();

    [Fact]
    public async Task AnEvening_GoesAsItShould()
    {
        var client = Client();

        var tv = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("anna"), "film") { DeviceName = "TV" }));
        await client.StartAsync(new(User("anna"), "series"));
        var third = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("anna"), "news")));
        var rejected = Assert.IsType<Client.StartResult.LimitReached>(await client.StartAsync(new(User("anna"), "sport")));

        Assert.Equal((User("anna"), "film", "TV"), (tv.Stream.UserId, tv.Stream.StreamId, tv.Stream.DeviceName));
        Assert.Equal((1, 3, false), (tv.Active, tv.Limit, tv.Replayed));
        Assert.Equal(TimeSpan.FromSeconds(30), tv.Stream.HeartbeatInterval);
        Assert.Equal(tv.Stream.StartedAt.AddSeconds(90), tv.Stream.ExpiresAt);
        Assert.Equal((3, 3), (third.Active, rejected.Active));
        Assert.Equal(["film", "series", "news"], rejected.Streams.Select(stream => stream.StreamId));
        Assert.InRange(rejected.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90));

        var replacing = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("anna"), "sport") { DeviceName = "Phone", ReplaceOldest = true }));
        Assert.Equal(new(tv.Stream.Id, "film", "TV", SameDevice: false), Assert.Single(replacing.Replaced));
        var over = Assert.IsType<HeartbeatResult.Ended>(await client.HeartbeatAsync(tv.Stream.Id));
        Assert.Equal(new("replaced", new(replacing.Stream.Id, "sport", "Phone")), over.Ending);

        await client.StopAsync(third.Stream.Id);
        await client.StopAsync(third.Stream.Id);
        Assert.Equal(["series", "sport"], (await client.ListAsync(User("anna"))).Streams.Select(stream => stream.StreamId));
        Assert.Equal(2, await client.StopAllAsync(User("anna")));
        Assert.Empty((await client.ListAsync(User("anna"))).Streams);
    }

    [Fact]
    public async Task AStart_HasTheUrlOfItsPlayer_WhichNeedsNoKey()
    {
        var client = Client();
        var started = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("paul"), "film")));
        using var player = new HttpClient { BaseAddress = Service.Address };

        using var alive = await player.PostAsync(new Uri(started.Player!.Url.AbsolutePath + "/heartbeat", UriKind.Relative), null);
        using var stopped = await player.PostAsync(new Uri(started.Player.Url.AbsolutePath + "/stop", UriKind.Relative), null);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NoContent), (alive.StatusCode, stopped.StatusCode));
        Assert.InRange(started.Player.ExpiresAt - DateTimeOffset.UtcNow, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
        Assert.IsType<HeartbeatResult.Ended>(await client.HeartbeatAsync(started.Stream.Id));
    }

    [Fact]
    public async Task AStart_MayNameWhatItReplaces()
    {
        var client = Client();
        var first = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("bert"), "film")));

        var second = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("bert"), "series") { Replace = [first.Stream.Id] }));

        Assert.Equal(first.Stream.Id, Assert.Single(second.Replaced).Id);
    }

    [Fact]
    public async Task ARestartedPlayer_TakesItsOwnPlace_AndItsOldStreamLearnsThat()
    {
        var client = Client();
        var start = new Client.StreamStart(User("jana"), "film") { DeviceName = "TV", DeviceId = "tv-1" };
        var first = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(start)).Stream;

        var second = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(start));

        Assert.Equal(new(first.Id, "film", "TV", SameDevice: true), Assert.Single(second.Replaced));
        Assert.Equal(1, second.Active);
        var over = new Client.StreamEnding("replaced", new(second.Stream.Id, "film", "TV"), SameDevice: true);
        Assert.Equal(over, Assert.IsType<HeartbeatResult.Ended>(await client.HeartbeatAsync(first.Id)).Ending);

        var counted = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(start with { CountSameDevice = true }));
        Assert.Equal((2, 0), (counted.Active, counted.Replaced.Count));
        var invalid = await Assert.ThrowsAsync<StreamCheckerException>(() => client.StartAsync(start with { DeviceId = null, CountSameDevice = true }));
        Assert.Equal("sameDevice", invalid.Field);
    }

    [Fact]
    public async Task ARetriedStart_LearnsThatItsOwnDeviceTookOver()
    {
        var client = Client();
        var start = new Client.StreamStart(User("kai"), "film") { DeviceId = "tv-1", IdempotencyKey = "press-of-play-1" };
        await client.StartAsync(start);
        await client.StartAsync(start with { IdempotencyKey = "press-of-play-2" });

        Assert.True(Assert.IsType<Client.StartResult.Ended>(await client.StartAsync(start)).Ending.SameDevice);
    }

    [Fact]
    public async Task AUsersData_IsReadAndErased()
    {
        var client = Client();
        var first = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("lea"), "film") { DeviceName = "TV", DeviceId = "tv-1" })).Stream;
        var second = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("lea"), "series") { DeviceId = "tv-1" })).Stream;
        await client.SetLimitAsync(User("lea"), 5);

        var held = await client.GetUserAsync(User("lea"));

        Assert.Equal((User("lea"), 5), (held.UserId, held.MaxConcurrentStreams));
        Assert.Equal(("setLimit", 5), (held.Operations.Single().Operation, held.Operations.Single().Number));
        Assert.Equal([first.Id, second.Id], held.Records.Select(record => record.Id));
        var ended = held.Records[0];
        Assert.Equal(("film", "TV", "tv-1", "replace", "replaced"), (ended.StreamId, ended.DeviceName, ended.DeviceId, ended.SameDevice, ended.Reason));
        Assert.Equal((second.Id, second.StartedAt), (ended.ReplacedBy!.Id, ended.EndedAt));
        Assert.True(ended.ForgottenAt > ended.EndedAt);
        Assert.Equal((null, second.ExpiresAt), (held.Records[1].Reason, held.Records[1].ExpiresAt));

        await client.EraseUserAsync(User("lea"));

        var empty = await client.GetUserAsync(User("lea"));
        Assert.Equal((null, 0, 0), (empty.MaxConcurrentStreams, empty.Operations.Count, empty.Records.Count));
        Assert.Equal("unknown", Assert.IsType<HeartbeatResult.Ended>(await client.HeartbeatAsync(second.Id)).Ending.Reason);
    }

    [Fact]
    public async Task ManyLimits_AreSetInOneRequest_AndEachGetsItsResult()
    {
        var requests = new Requests();
        var client = Client(requests);
        Client.LimitChange[] changes =
        [
            new(User("mia"), 5), new(User("nils"), 101), new(User("mia"), null), .. Enumerable.Range(0, 1_000).Select(number => new Client.LimitChange(User($"user-{number}"), 2)),
        ];

        var results = new List<LimitChangeResult>();
        await foreach (var result in client.SetLimitsAsync(changes))
        {
            results.Add(result);
        }

        Assert.Equal(["POST /stream-limit/batch"], requests.Paths);
        Assert.Equal(changes, results.Select(result => result.Change));
        Assert.Equal(new LimitChangeResult.Changed(changes[0], new(User("mia"), 5, false, "default"), Replayed: false), results[0]);
        var rejected = Assert.IsType<LimitChangeResult.Failed>(results[1]).Error;
        Assert.Equal((HttpStatusCode.BadRequest, "maxConcurrentStreams", "/problems/invalid-request"), (rejected.StatusCode!.Value, rejected.Field, rejected.ProblemType));
        Assert.Equal(new LimitChangeResult.Changed(changes[2], new(User("mia"), 3, true, "default"), Replayed: false), results[2]);
        Assert.All(results[3..], result => Assert.Equal((2, false), (Assert.IsType<LimitChangeResult.Changed>(result).Limit.MaxConcurrentStreams, ((LimitChangeResult.Changed)result).Limit.IsDefault)));
        Assert.Equal(new(User("mia"), 3, true, "default"), await client.GetLimitAsync(User("mia")));
    }

    [Fact]
    public async Task MoreLimitsThanARequestTakes_AreDividedByLinesAndBytes()
    {
        var (many, large) = (new Requests(), new Requests());

        Assert.Equal(10_001, await CountAsync(Client(many), Enumerable.Repeat(new Client.LimitChange("", 1), 10_001)));
        Assert.Equal(1_000, await CountAsync(Client(large), Enumerable.Repeat(new Client.LimitChange(new string('x', 2_000), 1), 1_000)));

        Assert.Equal((2, 2), (many.Paths.Count, large.Paths.Count));

        static async Task<int> CountAsync(StreamCheckerClient client, IEnumerable<Client.LimitChange> changes)
        {
            var count = 0;
            await foreach (var result in client.SetLimitsAsync(changes))
            {
                Assert.Equal("userId", Assert.IsType<LimitChangeResult.Failed>(result).Error.Field);
                count++;
            }

            return count;
        }
    }

    [Fact]
    public async Task LimitsWhoseResponseIsLost_AreSentAgain_AndTakeEffectOnce()
    {
        var client = Client(new LosesTheFirstResponse());

        await foreach (var result in client.SetLimitsAsync([new(User("olga"), 4)]))
        {
            Assert.True(Assert.IsType<LimitChangeResult.Changed>(result).Replayed);
        }
    }

    [Fact]
    public async Task ALimit_IsSetAndReset()
    {
        var client = Client();

        Assert.Equal(new(User("carl"), 3, true, "default"), await client.GetLimitAsync(User("carl")));
        Assert.Equal(new(User("carl"), 1, false, "default"), await client.SetLimitAsync(User("carl"), 1));
        await client.StartAsync(new(User("carl"), "film"));
        Assert.Equal(1, Assert.IsType<Client.StartResult.LimitReached>(await client.StartAsync(new(User("carl"), "film"))).Limit);
        await client.ResetLimitAsync(User("carl"));
        Assert.Equal(new(User("carl"), 3, true, "default"), await client.GetLimitAsync(User("carl")));
    }

    [Fact]
    public async Task ARejectedStart_HasTheViolatedRules_AndTagsAndPlanReachTheService()
    {
        var client = Client();
        await client.SetLimitAsync(User("paul"), 1);
        var first = Assert.IsType<Client.StartResult.Admitted>(
            await client.StartAsync(new(User("paul"), "film") { Tags = new Dictionary<string, string> { ["quality"] = "uhd" }, Plan = "default" }));

        var rejected = Assert.IsType<Client.StartResult.LimitReached>(await client.StartAsync(new(User("paul"), "match")));

        var violation = Assert.Single(rejected.Violations);
        Assert.Equal(("streams", 1, 1, first.Stream.Id), (violation.Rule, violation.Limit, violation.Active, Assert.Single(violation.Streams).Id));
        Assert.Empty(first.Observed);
        var held = Assert.Single((await client.GetUserAsync(User("paul"))).Records);
        Assert.Equal(("uhd", "default"), (held.Tags["quality"], held.Plan));
        Assert.Equal("plan", (await Assert.ThrowsAsync<StreamCheckerException>(() => client.SetPlanAsync(User("paul"), "gold"))).Field);
        Assert.Equal(new(User("paul"), 1, false, "default"), await client.SetPlanAsync(User("paul"), null));
    }

    [Fact]
    public async Task AnyText_ReachesTheServiceUnchanged()
    {
        var client = Client();
        const string Name = "ü/ä?&=#+ %41 \"😀\"";

        await client.StartAsync(new(Name, "film"));

        var list = await client.ListAsync(Name);
        Assert.Equal((Name, 1), (list.UserId, list.Streams.Count));
    }

    [Fact]
    public async Task HeartbeatsAtTheSameTime_ShareOneRequest_AndEachGetsItsResult()
    {
        var requests = new Requests();
        var client = Client(requests);
        var ids = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            ids.Add(Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User($"dora-{i}"), "film"))).Stream.Id);
        }

        await client.StopAsync(ids[7]);
        requests.Paths.Clear();
        var results = await Task.WhenAll(ids.Select(id => client.HeartbeatAsync(id)));

        Assert.Equal(["POST /stream-record/heartbeats"], requests.Paths);
        Assert.Equal("stopped", Assert.IsType<HeartbeatResult.Ended>(results[7]).Ending.Reason);
        var alive = results.Where((_, i) => i != 7).Select(Assert.IsType<HeartbeatResult.Alive>).ToList();
        Assert.Equal(19, alive.Count);
        Assert.All(alive, result => Assert.Equal(TimeSpan.FromSeconds(30), result.HeartbeatInterval));
        Assert.All(alive, result => Assert.NotNull(result.ExpiresAt));
    }

    [Fact]
    public async Task AHeartbeatOfWhatIsNoId_Fails_AndTheOthersDoNot()
    {
        var client = Client();
        var stream = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("emil"), "film"))).Stream;

        var bad = client.HeartbeatAsync("no-id");
        var good = client.HeartbeatAsync(stream.Id);

        Assert.IsType<HeartbeatResult.Alive>(await good);
        await Assert.ThrowsAsync<StreamCheckerException>(() => bad);
    }

    [Fact]
    public async Task AStartWhoseResponseIsLost_IsRepeated_AndTakesOnePlace()
    {
        var losing = new LosesTheFirstResponse();
        var client = Client(losing);

        var started = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("frida"), "film")));

        Assert.Equal(2, losing.Requests);
        Assert.Equal((1, true), (started.Active, started.Replayed));
        Assert.Equal(started.Stream.Id, Assert.Single((await client.ListAsync(User("frida"))).Streams).Id);
    }

    [Fact]
    public async Task AStopAllWhoseResponseIsLost_ReportsItsFirstResult()
    {
        await Client().StartAsync(new(User("gerd"), "film"));

        Assert.Equal(1, await Client(new LosesTheFirstResponse()).StopAllAsync(User("gerd")));
    }

    [Fact]
    public async Task ACallersOwnKey_MakesTwoCallsOneStart()
    {
        var client = Client();
        var start = new Client.StreamStart(User("hanna"), "film") { IdempotencyKey = "press-of-play-1" };

        var first = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(start));
        var again = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(start));
        var other = await Assert.ThrowsAsync<StreamCheckerException>(() => client.StartAsync(start with { StreamId = "series" }));

        Assert.Equal((first.Stream, true), (again.Stream, again.Replayed));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "/problems/idempotency-key-reused", "Idempotency-Key"), (other.StatusCode!.Value, other.ProblemType, other.Field));
        await client.StopAsync(first.Stream.Id);
        Assert.Equal("stopped", Assert.IsType<Client.StartResult.Ended>(await client.StartAsync(start)).Ending.Reason);
    }

    [Fact]
    public async Task AnInvalidField_IsNamed()
    {
        var invalid = await Assert.ThrowsAsync<StreamCheckerException>(() => Client().StartAsync(new("", "film")));

        Assert.Equal((HttpStatusCode.BadRequest, "userId", "/problems/invalid-request"), (invalid.StatusCode!.Value, invalid.Field, invalid.ProblemType));
        Assert.Contains("userId must not be empty", invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABusyService_IsTriedAgain_ButNotOneThatAsksForALongPause()
    {
        var busy = new Busy(times: 2, TimeSpan.FromSeconds(1));
        var closed = new Busy(times: 1, TimeSpan.FromSeconds(60));

        Assert.IsType<Client.StartResult.Admitted>(await Client(busy).StartAsync(new(User("ida"), "film")));
        var unavailable = Assert.IsType<Client.StartResult.Unavailable>(await Client(closed).StartAsync(new(User("ida"), "film")));

        Assert.Equal((3, 1), (busy.Requests, closed.Requests));
        Assert.Equal(("The request had no effect. Retry it.", TimeSpan.FromSeconds(60)), (unavailable.Reason, unavailable.RetryAfter));
    }

    public async Task DisposeAsync()
    {
        foreach (var provider in providers)
        {
            await provider.DisposeAsync();
        }

        await EndAsync();
    }

    protected abstract Task EndAsync();

    /// <summary>The service has two speeds, 120 and 30 seconds, and a limit of two.</summary>
    protected async Task AssertTwoSpeedsAsync(StreamCheckerClient client)
    {
        var first = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("pia"), "film"))).Stream;
        var second = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new(User("pia"), "series"))).Stream;
        await client.HeartbeatAsync(first.Id);
        var strict = Assert.IsType<HeartbeatResult.Alive>(await client.HeartbeatAsync(first.Id));

        Assert.Equal((TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(30)), (first.HeartbeatInterval, second.HeartbeatInterval));
        Assert.Equal(TimeSpan.FromSeconds(30), strict.HeartbeatInterval);
    }

    /// <summary>A client whose requests pass through a handler, each attempt by itself.</summary>
    protected StreamCheckerClient Client(DelegatingHandler? handler = null, Uri? address = null, string? key = null)
    {
        var services = new ServiceCollection();
        var http = services.AddStreamCheckerClient(options =>
        {
            options.BaseAddress = address ?? Service.Address;
            options.ApiKey = key ?? Service.Key;
        });
        if (handler is not null)
        {
            http.AddHttpMessageHandler(() => handler);
        }

        providers.Add(services.BuildServiceProvider());
        return providers[^1].GetRequiredService<StreamCheckerClient>();
    }

    /// <summary>A user of this test alone.</summary>
    private string User(string name) => $"{name}-{run}";

    private sealed class Requests : DelegatingHandler
    {
        public List<string> Paths { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Paths.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class LosesTheFirstResponse : DelegatingHandler
    {
        public int Requests { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            return ++Requests > 1 ? response : throw new HttpRequestException("The response is lost.");
        }
    }

    private sealed class Busy(int times, TimeSpan retryAfter) : DelegatingHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (++Requests > times)
            {
                return base.SendAsync(request, cancellationToken);
            }

            var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
            {
                Content = new StringContent(
                    """{"type":"/problems/store-unavailable","title":"The stream store is unavailable","status":503,"detail":"The request had no effect. Retry it."}""",
                    new MediaTypeHeaderValue("application/problem+json")),
            };
            response.Headers.RetryAfter = new(retryAfter);
            return Task.FromResult(response);
        }
    }
}

/// <summary>The client against the Server.</summary>
public sealed class ClientOfTheServerTests : ClientTests
{
    private readonly StreamServer server = new StreamServer()
        .With("ApiKeys", "a-key-of-a-backend-that-is-long-enough").With("PlayerKeys", PrivacyTests.PlayerKey).With(TimeProvider.System);

    private Uri? address;

    protected override (Uri Address, string? Key) Service => (address!, "a-key-of-a-backend-that-is-long-enough");

    public override Task InitializeAsync()
    {
        address = server.Listen();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task AWrongKey_IsAFault()
    {
        var rejected = await Assert.ThrowsAsync<StreamCheckerException>(() => Client(key: "another").StartAsync(new("anna", "film")));

        Assert.Equal((HttpStatusCode.Unauthorized, "/problems/key-required"), (rejected.StatusCode!.Value, rejected.ProblemType));
    }

    [Fact]
    public async Task TheIntervalOfTheLatestResponse_IsTheOneThatHolds()
    {
        await using var twoSpeeds = new StreamServer().With("RelaxedHeartbeatIntervalSeconds", 120).With("RelaxedLeaseSeconds", 360).With("MaxConcurrentStreams", 2)
            .With(TimeProvider.System);

        await AssertTwoSpeedsAsync(Client(address: twoSpeeds.Listen()));
    }

    [Fact]
    public async Task AResponseThatEndsEarly_IsAFault_AfterTheResultsThatItHas()
    {
        var client = Client(new CutsTheResponse());
        var results = new List<LimitChangeResult>();

        var fault = await Assert.ThrowsAsync<StreamCheckerException>(async () =>
        {
            await foreach (var result in client.SetLimitsAsync([new("anna", 4), new("bert", 5)]))
            {
                results.Add(result);
            }
        });

        Assert.Equal("anna", Assert.Single(results).Change.UserId);
        Assert.Contains("ended before the results of all changes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServiceThatIsAway_IsAResultOfStartsAndHeartbeats_AndAFaultOfOtherCalls()
    {
        var client = Client(address: new("http://127.0.0.1:1"));

        var start = Assert.IsType<Client.StartResult.Unavailable>(await client.StartAsync(new("anna", "film")));
        Assert.StartsWith("Stream Checker did not respond: ", start.Reason, StringComparison.Ordinal);
        Assert.IsType<HeartbeatResult.Unavailable>(await client.HeartbeatAsync("any"));
        Assert.Null((await Assert.ThrowsAsync<StreamCheckerException>(() => client.ListAsync("anna"))).StatusCode);
    }

    [Fact]
    public async Task ACallerWhoCancels_GetsTheirCancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client().StartAsync(new("anna", "film"), cancelled.Token));
    }

    [Fact]
    public void AClientWithoutAnAddress_IsRejected()
    {
        using var provider = new ServiceCollection().AddStreamCheckerClient(_ => { }).Services.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<StreamCheckerClient>());
        Assert.Contains("BaseAddress", error.Message, StringComparison.Ordinal);
    }

    protected override Task EndAsync() => server.DisposeAsync().AsTask();

    /// <summary>Passes on the first line of a response.</summary>
    private sealed class CutsTheResponse : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            response.Content = new StringContent(text[..(text.IndexOf('\n', StringComparison.Ordinal) + 1)]);
            return response;
        }
    }
}

/// <summary>The client against the Functions app.</summary>
[Collection(BuiltAppTests.Name)]
public sealed class ClientOfTheFunctionsAppTests(BuiltApp app) : ClientTests
{
    private readonly HttpClient http = app.Host.CreateStranger();

    protected override (Uri Address, string? Key) Service => (http.BaseAddress!, FunctionsHost.Key);

    public override Task InitializeAsync() => Task.CompletedTask;

    [Fact]
    public async Task TheIntervalOfTheLatestResponse_IsTheOneThatHolds()
    {
        await using var twoSpeeds = await app.StartAsync(
            ("StreamChecker__RelaxedHeartbeatIntervalSeconds", "120"), ("StreamChecker__RelaxedLeaseSeconds", "360"), ("StreamChecker__MaxConcurrentStreams", "2"));
        using var its = twoSpeeds.CreateStranger();

        await AssertTwoSpeedsAsync(Client(address: its.BaseAddress));
    }

    protected override Task EndAsync()
    {
        http.Dispose();
        return Task.CompletedTask;
    }
}
