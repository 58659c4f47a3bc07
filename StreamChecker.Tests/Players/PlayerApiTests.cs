using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.StoredProcedure;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Players;

/// <summary>The calls that players make themselves, over HTTP and without an API key.</summary>
public sealed class PlayerApiTests : IAsyncLifetime
{
    private const string BackendKey = "the-key-of-the-backend";
    private const string Old = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private const string New = "//////////////////////////////////////////8=";

    private readonly CountedCalls store = new();
    private readonly StreamServer server;
    private readonly HttpClient backend;
    private readonly HttpClient player;

    public PlayerApiTests()
    {
        server = With(Old).With("ApiKeys", BackendKey).Before(store.Around);
        backend = server.CreateClient();
        backend.DefaultRequestHeaders.Add("x-functions-key", BackendKey);
        player = server.CreateClient();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task WithoutPlayerKeys_AStartHasNoPlayer_AndNoTokenIsValid()
    {
        await using var plain = new StreamServer();
        var client = plain.CreateClient();
        var url = UrlOf(await backend.StartAsync("anna"));

        Assert.False((await client.StartAsync("anna")).Body.TryGetProperty("player", out _));
        Assert.Equal((HttpStatusCode.Unauthorized, "player-token-invalid"), Result(await client.PostAsync(url + "/heartbeat", [], null)));
    }

    [Fact]
    public async Task AStart_HasTheAbsoluteUrlOfItsPlayer_AndWhenItExpires()
    {
        var started = await backend.StartAsync("anna");

        var link = started.Body.GetProperty("player");
        Assert.Matches("^http://localhost/player/[A-Za-z0-9_-]+$", link.GetProperty("url").GetString());
        Assert.Equal(server.Time.GetUtcNow().AddDays(1), link.GetProperty("expiresAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task ARetryOfAStart_GetsATokenOfItsOwnForTheSameStream()
    {
        var first = await backend.StartAsync("anna", idempotencyKey: "play-1");
        server.Time.Advance(TimeSpan.FromSeconds(60));
        var again = await backend.StartAsync("anna", idempotencyKey: "play-1");

        Assert.Equal(first.Id, again.Id);
        Assert.NotEqual(UrlOf(first), UrlOf(again));
        Assert.Equal(server.Time.GetUtcNow().AddDays(1), again.Body.GetProperty("player").GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal(first.Id, (await HeartbeatAsync(again)).Id);
    }

    [Fact]
    public async Task APlayersHeartbeat_RenewsTheLeaseWithoutAKey()
    {
        var started = await backend.StartAsync("anna", "film", "TV");
        for (var beat = 1; beat <= 10; beat++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(30));

            var alive = await HeartbeatAsync(started);

            Assert.Equal((HttpStatusCode.OK, started.Id, 30), (alive.Status, alive.Id, alive.Number("heartbeatIntervalSeconds")));
            Assert.Equal(server.Time.GetUtcNow().AddSeconds(90), alive.Time("expiresAt"));
            Assert.False(alive.Body.TryGetProperty("player", out _));
        }

        Assert.Equal(["TV"], (await backend.ListAsync("anna")).Devices);
    }

    [Fact]
    public async Task APlayerWhoseStreamWasReplaced_GetsThe410OfTheBackendsHeartbeat()
    {
        var tv = await backend.StartAsync("anna", "film", "TV");
        await backend.StartAsync("anna", "match", "Phone", replace: [tv.Id]);

        var ofBackend = await backend.HeartbeatAsync(tv.Id);
        var ofPlayer = await HeartbeatAsync(tv);
        var ofReport = await ReportAsync(tv, "e=t,sta=p,v=2");

        Assert.Equal((HttpStatusCode.Gone, "stream-ended"), Result(ofPlayer));
        Assert.Equal(ofBackend.Content, ofPlayer.Content);
        Assert.Equal(ofBackend.Content, ofReport.Content);
        Assert.Equal("Phone", ofPlayer.Body.GetProperty("replacedBy").GetProperty("deviceName").GetString());
    }

    [Fact]
    public async Task AnEndedStreamsPlayer_DoesNotReachTheStoreAgain()
    {
        var tv = await backend.StartAsync("anna");
        await backend.StopAsync(tv.Id);
        var first = await HeartbeatAsync(tv);
        var before = store.Count;

        var second = await HeartbeatAsync(tv);
        var third = await ReportAsync(tv, "e=ps,sta=p,v=2");

        Assert.Equal((HttpStatusCode.Gone, first.Content, first.Content), (second.Status, second.Content, third.Content));
        Assert.Equal(before, store.Count);
    }

    [Fact]
    public async Task AfterAnErase_NothingOfTheEndIsRemembered()
    {
        var tv = await backend.StartAsync("anna", deviceName: "TV");
        await backend.StartAsync("anna", "match", "Attic", replace: [tv.Id]);
        Assert.Equal("replaced", (await HeartbeatAsync(tv)).Text("reason"));

        await backend.EraseUserAsync("anna");

        Assert.Equal("unknown", (await HeartbeatAsync(tv)).Text("reason"));
    }

    [Theory]
    [InlineData("text/plain;charset=UTF-8", "")]
    [InlineData("application/json", "{")]
    [InlineData(null, "anything")]
    [InlineData("multipart/form-data; boundary=x", "--x--")]
    public async Task AStop_TakesAnyBody_AndFreesTheSlotAtOnce(string? contentType, string body)
    {
        var tv = await backend.StartAsync("anna");

        var stopped = await player.PostAsync(UrlOf(tv) + "/stop", Encoding.UTF8.GetBytes(body), contentType);
        var again = await player.PostAsync(UrlOf(tv) + "/stop", Encoding.UTF8.GetBytes(body), contentType);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (stopped.Status, again.Status));
        Assert.Equal(0, (await backend.ListAsync("anna")).Number("active"));
        Assert.Equal("stopped", (await HeartbeatAsync(tv)).Text("reason"));
    }

    [Fact]
    public async Task ATimeInterval_RenewsTheLease()
    {
        var tv = await backend.StartAsync("anna");
        for (var beat = 1; beat <= 5; beat++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(60));
            Assert.Equal(HttpStatusCode.NoContent, (await ReportAsync(tv, "e=t,sta=p,v=2")).Status);
        }

        Assert.Equal(1, (await backend.ListAsync("anna")).Number("active"));
    }

    [Fact]
    public async Task AnEnd_FreesTheSlotAtOnce_AndARepeatedOneIsTold()
    {
        var tv = await backend.StartAsync("anna");

        Assert.Equal(HttpStatusCode.NoContent, (await ReportAsync(tv, "e=ps,sta=e,v=2")).Status);

        Assert.Equal(0, (await backend.ListAsync("anna")).Number("active"));
        Assert.Equal((HttpStatusCode.Gone, "stream-ended"), Result(await ReportAsync(tv, "e=t,sta=e,v=2")));
    }

    [Fact]
    public async Task AnEndOfAStreamThatHasEnded_IsA410()
    {
        var tv = await backend.StartAsync("anna");
        await backend.StopAsync(tv.Id);

        Assert.Equal((HttpStatusCode.Gone, "stopped"), await StatusAndReasonAsync(ReportAsync(tv, "e=ps,sta=e,v=2")));
    }

    [Fact]
    public async Task OtherEvents_DoNotReachTheStore()
    {
        var tv = await backend.StartAsync("anna");
        var before = store.Count;

        Assert.Equal(HttpStatusCode.NoContent, (await ReportAsync(tv, "e=ps,sta=p,v=2")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await ReportAsync(tv, "e=t,v=3")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await ReportAsync(tv, "")).Status);
        Assert.Equal(before, store.Count);
    }

    [Theory]
    [InlineData("application/cmcd", 16 * 1024, HttpStatusCode.NoContent)]
    [InlineData("Application/CMCD; charset=utf-8", 10, HttpStatusCode.NoContent)]
    [InlineData("application/cmcd", (16 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("text/plain", 10, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", 10, HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, 10, HttpStatusCode.UnsupportedMediaType)]
    public async Task AReport_IsCmcdOf16KiBAtMost(string? contentType, int bytes, HttpStatusCode expected) => Assert.Equal(
        expected, (await player.PostAsync(UrlOf(await backend.StartAsync("anna")) + "/cmcd", Encoding.UTF8.GetBytes(new string(' ', bytes)), contentType)).Status);

    [Theory]
    [InlineData("heartbeat")]
    [InlineData("stop")]
    [InlineData("cmcd")]
    public async Task ATokenThatIsNotOurs_IsA401_AndAnExpiredOneIsNamed(string call)
    {
        using var telemetry = new RecordedTelemetry(server.Services.GetRequiredService<IMeterFactory>());
        var started = await backend.StartAsync("anna");
        foreach (var wrong in new[] { UrlOf(started) + "A", UrlOf(started)[..^4], "/player/" + started.Id, "/player/x" })
        {
            var response = await player.PostAsync($"{wrong}/{call}", "e=t"u8.ToArray(), "application/cmcd");

            Assert.Equal((HttpStatusCode.Unauthorized, "player-token-invalid"), Result(response));
            Assert.Equal("PlayerToken", response.Message.Headers.WwwAuthenticate.ToString());
            Assert.DoesNotContain("expired", response.Text("detail"), StringComparison.Ordinal);
        }

        server.Time.Advance(TimeSpan.FromDays(1));
        var late = await player.PostAsync($"{UrlOf(started)}/{call}", "e=t"u8.ToArray(), "application/cmcd");

        Assert.Equal((HttpStatusCode.Unauthorized, "player-token-invalid"), Result(late));
        Assert.Contains("expired", late.Text("detail"), StringComparison.Ordinal);
        Assert.Equal((4d, 1d), (telemetry.Sum("stream_checker.players.rejected", "stream_checker.cause", "invalid"), telemetry.Sum("stream_checker.players.rejected", "stream_checker.cause", "expired")));
    }

    [Fact]
    public async Task NeitherTheTokenNorThePlayer_OpensAnyOtherCall()
    {
        var started = await backend.StartAsync("anna");
        var token = UrlOf(started).Split('/')[^1];

        Assert.Equal(HttpStatusCode.Unauthorized, (await player.HeartbeatAsync(started.Id)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await player.SendAsync(HttpMethod.Get, "/stream-record?userId=anna", headers: ("x-functions-key", token))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await backend.HeartbeatAsync(token)).Status);
    }

    [Fact]
    public async Task AHeartbeatInTheSecondHalfOfATokensLife_BringsTheNext_SoThatAPlayerNeverRunsOut()
    {
        await using var brief = With(Old).With("PlayerTokenLifetimeSeconds", 120);
        var client = brief.CreateClient();
        var url = UrlOf(await client.StartAsync("anna"));
        var tokens = 0;
        for (var beat = 1; beat <= 40; beat++)
        {
            brief.Time.Advance(TimeSpan.FromSeconds(30));
            var alive = await client.PostAsync(url + "/heartbeat", [], null);

            Assert.Equal(HttpStatusCode.OK, alive.Status);
            if (alive.Body.TryGetProperty("player", out var next))
            {
                Assert.Equal(brief.Time.GetUtcNow().AddSeconds(120), next.GetProperty("expiresAt").GetDateTimeOffset());
                (url, tokens) = (PathOf(next.GetProperty("url").GetString()!), tokens + 1);
            }
        }

        Assert.Equal(13, tokens);
    }

    [Fact]
    public async Task APlayer_MayMakeTenCallsAtOnceAndThenOneASecond()
    {
        var (tv, phone) = (await backend.StartAsync("anna"), await backend.StartAsync("anna"));
        for (var call = 1; call <= 10; call++)
        {
            Assert.Equal(HttpStatusCode.OK, (await HeartbeatAsync(tv)).Status);
        }

        var rejected = await HeartbeatAsync(tv);
        Assert.Equal((HttpStatusCode.TooManyRequests, "too-many-requests"), Result(rejected));
        Assert.Equal(TimeSpan.FromSeconds(1), rejected.RetryAfter);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await ReportAsync(tv, "e=t")).Status);
        Assert.Equal(HttpStatusCode.OK, (await HeartbeatAsync(phone)).Status);
        for (var second = 1; second <= 15; second++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(HttpStatusCode.OK, (await HeartbeatAsync(tv)).Status);
            Assert.Equal(HttpStatusCode.TooManyRequests, (await HeartbeatAsync(tv)).Status);
        }

        // A bucket that was not used for ten seconds is full.
        server.Time.Advance(TimeSpan.FromSeconds(10));
        for (var call = 1; call <= 10; call++)
        {
            Assert.Equal(HttpStatusCode.OK, (await HeartbeatAsync(tv)).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await HeartbeatAsync(tv)).Status);
    }

    [Fact]
    public async Task ABusyStore_IsA503WithRetryAfter()
    {
        var url = UrlOf(await backend.StartAsync("anna"));
        await using var busy = With(Old).With(Stores.Busy(TimeSpan.FromSeconds(7)));
        var client = busy.CreateClient();
        foreach (var call in new[] { "heartbeat", "stop", "cmcd" })
        {
            var response = await client.PostAsync($"{url}/{call}", "e=t"u8.ToArray(), "application/cmcd");

            Assert.Equal((HttpStatusCode.ServiceUnavailable, "store-unavailable"), Result(response));
            Assert.Equal(TimeSpan.FromSeconds(7), response.RetryAfter);
        }
    }

    /// <summary>First the new key is added last, then it is moved first, on one instance after the other; at the end the old one is removed.</summary>
    [Fact]
    public async Task KeysAreRotated_WithoutATokenThatFails()
    {
        string[] steps = [Old, $"{Old},{New}", $"{New},{Old}", New];
        var servers = steps.Select(With).ToList();
        var clients = servers.ConvertAll(one => one.CreateClient());
        for (var step = 0; step + 2 < steps.Length; step++)
        {
            foreach (var (issuer, reader) in new[] { (step, step + 1), (step + 1, step) })
            {
                var url = UrlOf(await clients[issuer].StartAsync("anna", onLimit: "replaceOldest"));

                // The stream is in the issuer's store: with the other instance only the token counts.
                Assert.Equal(HttpStatusCode.Gone, (await clients[reader].PostAsync(url + "/heartbeat", [], null)).Status);
            }
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await clients[3].PostAsync(UrlOf(await clients[0].StartAsync("bert")) + "/heartbeat", [], null)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await clients[3].PostAsync(UrlOf(await clients[2].StartAsync("bert")) + "/heartbeat", [], null)).Status);
        foreach (var one in servers)
        {
            await one.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(null, "streams.example:8443", "http://streams.example:8443/player/")]
    [InlineData("https://streams.example", "10.0.0.7", "https://streams.example/player/")]
    [InlineData("https://edge.example/limits/", "10.0.0.7", "https://edge.example/limits/player/")]
    public async Task ThePlayersUrl_IsThePublicOneOrThatOfTheRequest(string? publicUrl, string host, string expected)
    {
        await using var one = With(Old).With("ApiKeys", BackendKey);
        var client = (publicUrl is null ? one : one.With("PublicUrl", publicUrl)).CreateClient();

        var started = await client.SendAsync(
            HttpMethod.Post, "/stream-record", """{"userId":"anna","streamId":"film"}"""u8.ToArray(), "application/json", ("Host", host), ("x-functions-key", BackendKey));

        Assert.StartsWith(expected, started.Body.GetProperty("player").GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    private static StreamServer With(string playerKeys) => new StreamServer().With("PlayerKeys", playerKeys);

    private static string UrlOf(ApiResponse started) => PathOf(started.Body.GetProperty("player").GetProperty("url").GetString()!);

    private static string PathOf(string url) => new Uri(url).AbsolutePath;

    private static (HttpStatusCode, string?) Result(ApiResponse response) => (response.Status, response.ProblemType);

    private static async Task<(HttpStatusCode, string)> StatusAndReasonAsync(Task<ApiResponse> response) => ((await response).Status, (await response).Text("reason"));

    private Task<ApiResponse> HeartbeatAsync(ApiResponse started) => player.PostAsync(UrlOf(started) + "/heartbeat", [], null);

    private Task<ApiResponse> ReportAsync(ApiResponse started, string body) => player.PostAsync(UrlOf(started) + "/cmcd", Encoding.UTF8.GetBytes(body), "application/cmcd");

    /// <summary>Counts the commands that reach the store.</summary>
    private sealed class CountedCalls
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public IStreamPartitions Around(IStreamPartitions inner) => new Partitions(this, inner);

        private sealed class Partitions(CountedCalls calls, IStreamPartitions inner) : IStreamPartitions
        {
            public Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref calls.count);
                return inner.ExecuteAsync(command, cancellationToken);
            }
        }
    }
}
