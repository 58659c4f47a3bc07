using System.Text.Json.Nodes;
using StreamChecker.Http;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Contract;

/// <summary>
/// The calls that the OpenAPI document shows, made to a Server: the document's examples are what was sent and what came
/// back. Keys of its own make the ids of the stream records the same each time.
/// </summary>
internal sealed class ExampleScript
{
    private const string Plans =
        """
        {"default": {"rules": [{"name": "streams", "limit": 3}, {"name": "places", "limit": 1, "distinct": "network", "mode": "observe"}]},
         "premium": {"rules": [{"name": "streams", "limit": 4}, {"name": "uhd", "limit": 1, "where": {"quality": ["uhd"]}, "require": true}]}}
        """;

    /// <summary>A key for tokens of players.</summary>
    public const string PlayerKey = "c2l4dGVlbiBieXRlcywgYW5kIHNpeHRlZW4gbW9yZS4=";

    /// <summary>A private key of playback tokens, made for this script.</summary>
    private const string PlaybackKey = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgE++zaDPi1Q70UdyiX2JgvRi9oXUJFfZ2fhXyOtZE/WKhRANCAAQZVEaurMdBbN/lxwyyQIqxTU+YfLgyfmhZln40s12DXzzfeD1+RoGGV2s1gWZrZSoNd2GWd9kP/47efYhh0PnC";

    private static readonly Asked Nothing = new(new Dictionary<string, string>(), null);

    private readonly List<Example> examples = [];
    private readonly StreamServer server;
    private readonly HttpClient client;
    private readonly StreamServer playerServer;
    private readonly HttpClient playerClient;
    private readonly IReadOnlyDictionary<string, Call> calls;

    private ExampleScript(StreamServer server, StreamServer playerServer)
    {
        (this.server, this.playerServer) = (server, playerServer);
        client = server.CreateDefaultClient();
        playerClient = playerServer.CreateDefaultClient();
        calls = Call.AllOf(server);
    }

    public static async Task<IReadOnlyList<Example>> PlayAsync()
    {
        await using var server = new StreamServer().With(nameof(StreamCheckerOptions.Plans), Plans);
        await using var playerServer = new StreamServer().With("PlayerKeys", PlayerKey).With("PlayerTokenLifetimeSeconds", 120).With("PublicUrl", "https://streams.example");
        var script = new ExampleScript(server, playerServer);
        await script.PlayStreamsAsync();
        await script.PlayLimitsAsync();
        await script.PlayPlayersAsync();
        await script.PlayPlaybackAsync();
        await script.PlayDocumentationAsync();
        await script.PlayIllFormedAsync();
        await script.PlayTroubleAsync();
        return script.examples;
    }

    private async Task PlayStreamsAsync()
    {
        var tv = (await StartAsync("admitted", "A start", """{"userId":"anna","streamId":"film-42","deviceName":"Living room"}""", "play-1")).Id;
        await StartAsync("replayed", "A retry of the same start", """{"userId":"anna","streamId":"film-42","deviceName":"Living room"}""", "play-1");
        await StartAsync("keyReused", "The same key with another stream", """{"userId":"anna","streamId":"match-7","deviceName":"Living room"}""", "play-1");
        Pass();
        var phone = (await StartAsync("withoutDevice", "A start without a device", """{"userId":"anna","streamId":"match-7"}""", "play-2")).Id;
        Pass();
        var tablet = (await StartAsync("third", "A third start", """{"userId":"anna","streamId":"cartoon-3","deviceName":"Tablet"}""", "play-3")).Id;
        Pass();
        await StartAsync("limitReached", "A start at the limit", """{"userId":"anna","streamId":"concert-9","deviceName":"Laptop"}""", "play-4");
        await MakeAsync("ListStreams", "playing", "Active streams", new() { ["userId"] = "anna" });
        await StartAsync(
            "oldestReplaced", "A start at the limit that replaces the oldest stream",
            """{"userId":"anna","streamId":"concert-9","deviceName":"Laptop","onLimit":"replaceOldest"}""", "play-5");
        await StartAsync(
            "chosenReplaced", "A start at the limit that replaces a chosen stream",
            $$"""{"userId":"anna","streamId":"news-1","deviceName":"Kitchen","replace":["{{phone}}"]}""", "play-6");
        await StartAsync("onDevice", "A start that names its device", """{"userId":"dora","streamId":"film-42","deviceName":"Living room","deviceId":"a8f3"}""", "play-10");
        Pass();
        var again = await StartAsync(
            "sameDeviceReplaced", "A restarted player: its own earlier stream ends",
            """{"userId":"dora","streamId":"film-42","deviceName":"Living room","deviceId":"a8f3"}""", "play-11");
        await MakeAsync("RenewStream", "sameDevice", "A heartbeat of a stream that was replaced on its own device", new() { ["id"] = FirstReplaced(again) });
        await StartAsync(
            "sameDeviceCounted", "A second stream on the same device",
            """{"userId":"dora","streamId":"match-7","deviceName":"Living room","deviceId":"a8f3","sameDevice":"count"}""", "play-12");
        await StartAsync("ended", "A retry of a start whose stream has ended", """{"userId":"anna","streamId":"film-42","deviceName":"Living room"}""", "play-1");
        await StartAsync("foreignReplacement", "Replacing another user's stream", $$"""{"userId":"bert","streamId":"film-42","replace":["{{tablet}}"]}""", "play-7");
        Pass(30);
        await MakeAsync("RenewStream", "alive", "A heartbeat", new() { ["id"] = tablet });
        await MakeAsync(
            "RenewStreams", "results", "Heartbeats of three players: one is active, one was replaced, one sends an invalid ID", [],
            $$"""{"ids":["{{tablet}}","{{tv}}","nonsense"]}""");
        await MakeAsync("RenewStream", "replaced", "A heartbeat of a replaced stream", new() { ["id"] = tv });
        await MakeAsync("GetStream", "active", "An active stream", new() { ["id"] = tablet });
        await MakeAsync("GetStream", "replaced", "A replaced stream", new() { ["id"] = tv });
        await MakeAsync("StopStream", "stopped", "A stop", new() { ["id"] = tablet });
        await MakeAsync("RenewStream", "stopped", "A heartbeat of a stopped stream", new() { ["id"] = tablet });
        await MakeAsync("StopAllStreams", "stopped", "A stop of all", new() { ["userId"] = "anna", ["Idempotency-Key"] = "stop-1" });
        await MakeAsync("StopAllStreams", "replayed", "A retry of the same stop of all", new() { ["userId"] = "anna", ["Idempotency-Key"] = "stop-1" });
        await MakeAsync("ListStreams", "nothing", "No active streams", new() { ["userId"] = "anna" });
        var lapsed = (await client.StartAsync("carla", idempotencyKey: "play-8")).Id;
        Pass(90);
        await MakeAsync("RenewStream", "expired", "A heartbeat after the lease expired", new() { ["id"] = lapsed });
        var forgotten = new StreamRecordId("anna", RecordKey.For("anna", "play-0"), server.Time.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds()).ToString();
        await MakeAsync("RenewStream", "unknown", "A heartbeat of a stream that is no longer remembered", new() { ["id"] = forgotten });
    }

    private async Task PlayLimitsAsync()
    {
        await MakeAsync("GetLimit", "default", "A user without a limit of their own", new() { ["userId"] = "anna" });
        var keyed = new Dictionary<string, string> { ["userId"] = "anna", ["Idempotency-Key"] = "plan-1" };
        await MakeAsync("SetLimit", "raised", "A larger plan", keyed, """{"maxConcurrentStreams":5}""");
        await MakeAsync("SetLimit", "replayed", "A retry of the same change", keyed, """{"maxConcurrentStreams":5}""");
        await MakeAsync("SetLimit", "otherLimit", "The same key for another limit", keyed, """{"maxConcurrentStreams":4}""");
        await MakeAsync("StopAllStreams", "otherOperation", "The same key for another operation", keyed);
        await MakeAsync("ResetLimit", "otherReset", "The same key for a reset", keyed, isShown: false);
        await MakeAsync("GetLimit", "own", "A user with a limit of their own", new() { ["userId"] = "anna" });
        await MakeAsync("SetLimit", "none", "No streams at all", new() { ["userId"] = "bert" }, """{"maxConcurrentStreams":0}""");
        await StartAsync("never", "A start with a limit of 0: no `Retry-After`", """{"userId":"bert","streamId":"film-42"}""", "play-9");
        var reset = new Dictionary<string, string> { ["userId"] = "anna", ["Idempotency-Key"] = "reset-1" };
        await MakeAsync("ResetLimit", "reset", "Back to the default", reset);
        await MakeAsync("ResetLimit", "replayed", "A retry of the same reset", reset);
        await MakeAsync("ListPlans", "plans", "The plans", []);
        await MakeAsync("SetLimit", "plan", "Another plan", new() { ["userId"] = "emil" }, """{"plan":"premium"}""");
        await MakeAsync("GetLimit", "plan", "A user with a plan", new() { ["userId"] = "emil" });
        await StartAsync("tagged", "A start with tags for the rules of the plan", """{"userId":"emil","streamId":"film-42","deviceName":"Living room","tags":{"quality":"uhd"}}""", "play-13");
        await StartAsync("ruleViolated", "A second UHD stream", """{"userId":"emil","streamId":"match-7","deviceName":"Bedroom","tags":{"quality":"uhd"}}""", "play-14");
        await StartAsync("valueRequired", "A start without a tag that a rule requires", """{"userId":"emil","streamId":"match-7"}""", "play-15");
        await StartAsync("home", "A start that names its network", """{"userId":"fritz","streamId":"film-42","tags":{"network":"home"}}""", "play-16");
        await StartAsync("observed", "A start that violates a rule that is only observed", """{"userId":"fritz","streamId":"film-42","tags":{"network":"hotel"}}""", "play-17");
        await MakeAsync(
            "SetLimits", "results", "Two limits, a return to the default, and a line that is invalid", [],
            """
            {"userId":"anna","maxConcurrentStreams":4}
            {"userId":"bert","maxConcurrentStreams":null}
            {"userId":"carla","maxConcurrentStreams":"four"}

            """);
        await MakeAsync(
            "SetLimits", "withKey", "A line with a key", [],
            """
            {"userId":"anna","maxConcurrentStreams":4,"idempotencyKey":"plans-1"}

            """);
        await MakeAsync(
            "SetLimits", "replayed", "A retry of a line, and its key for another limit", [],
            """
            {"userId":"anna","maxConcurrentStreams":4,"idempotencyKey":"plans-1"}
            {"userId":"anna","maxConcurrentStreams":5,"idempotencyKey":"plans-1"}

            """);
        await MakeAsync("GetUser", "held", "Everything that is held about a user", new() { ["userId"] = "dora" });
        await MakeAsync("EraseUser", "erased", "An erase", new() { ["userId"] = "dora" });
        await MakeAsync("GetUser", "nothing", "A user about whom nothing is held", new() { ["userId"] = "dora" });
    }

    private async Task PlayPlayersAsync()
    {
        var tv = TokenOf(await StartAsync("withPlayer", "A start with player keys: its player sends heartbeats to `player.url`", """{"userId":"emil","streamId":"film-42","deviceName":"Living room"}""", "play-1", playerClient));
        await PlayAsync("RenewPlayer", "alive", "A heartbeat", tv);
        await PlayAsync("ReportPlayer", "interval", "The event of a time interval: a heartbeat", tv, "e=t,sid=\"6e2fb550\",sta=p,ts=1769890500000,v=2\n");
        playerServer.Time.Advance(TimeSpan.FromSeconds(61));
        await PlayAsync("RenewPlayer", "newToken", "A heartbeat in the second half of the token's life", tv);
        var started = await playerClient.StartAsync("emil", "match-7", "Laptop", idempotencyKey: "play-2");
        var laptop = TokenOf(started);
        await playerClient.StartAsync("emil", "news-1", "Kitchen", replace: [started.Id], idempotencyKey: "play-3");
        await PlayAsync("RenewPlayer", "replaced", "A heartbeat of a replaced stream", laptop);
        await PlayAsync("ReportPlayer", "replaced", "An event of a replaced stream", laptop, "e=t,sta=p,ts=1769890561000,v=2\n");
        await PlayAsync("ReportPlayer", "playState", "Events that are accepted and ignored", tv, "e=ps,sta=a,ts=1769890561000,v=2\ne=ps,sta=p,ts=1769890562000,v=2\n");
        var phone = TokenOf(await playerClient.StartAsync("fred", "film-42"));
        await PlayAsync("ReportPlayer", "ended", "The content has ended: a stop", phone, "e=ps,sta=e,ts=1769890563000,v=2\n");
        await PlayAsync("StopPlayer", "stopped", "A stop", phone);
        await using var nextDay = new StreamServer().With("PlayerKeys", PlayerKey);
        nextDay.Time.Advance(TimeSpan.FromDays(1));
        foreach (var (name, body) in new[] { ("RenewPlayer", null), ("StopPlayer", null), ("ReportPlayer", "e=t\n") })
        {
            await PlayAsync(name, "forged", "A token that was changed", phone[..^1] + (phone[^1] == 'A' ? 'Q' : 'A'), body);
            await PlayAsync(name, "tokenExpired", "A token that has expired", tv, body, nextDay.CreateDefaultClient());
            var hasty = TokenOf(await playerClient.StartAsync("gina", onLimit: "replaceOldest"));
            for (var call = 1; call <= 10; call++)
            {
                await playerClient.PostAsync($"/player/{hasty}/stop", [], null);
            }

            await PlayAsync(name, "tooMany", "Too many calls", hasty, body);
        }
    }

    private async Task PlayPlaybackAsync()
    {
        await using var signing = new StreamServer().With("PlaybackKeys", PlaybackKey).With("PlaybackIssuer", "https://streams.example");
        using var its = signing.CreateDefaultClient();
        var start = new Asked(new Dictionary<string, string> { ["Idempotency-Key"] = "play-1" }, JsonNode.Parse("""{"userId":"erik","streamId":"film-42"}"""));
        var started = await calls["StartStream"].MakeAsync(its, start);
        examples.Add(new("StartStream", "withPlayback", "A start with playback keys", start, started) { IsShown = true });
        var heartbeat = new Asked(new Dictionary<string, string> { ["id"] = started.Id }, null);
        examples.Add(new("RenewStream", "withPlayback", "A heartbeat with playback keys", heartbeat, await calls["RenewStream"].MakeAsync(its, heartbeat)) { IsShown = true });
        examples.Add(new("PlaybackKeys", "keys", "The keys", Nothing, await calls["PlaybackKeys"].MakeAsync(its, Nothing)) { IsShown = true });
    }

    private async Task PlayDocumentationAsync()
    {
        await MakeAsync("Live", "live", "The process responds", []);
        await MakeAsync("Ready", "ready", "The store works", []);
        await MakeAsync("OpenApi", "document", "This document", [], isShown: false);
        await MakeAsync("Docs", "page", "The documentation page", []);
        await MakeAsync("DocsAsset", "style", "The page's style", new() { ["asset"] = "swagger-ui.css" }, isShown: false);
        await MakeAsync("DocsAsset", "missing", "An unknown file", new() { ["asset"] = "nothing.css" }, isShown: false);
        await MakeAsync("Problem", "streamEnded", "What `stream-ended` means", new() { ["name"] = "stream-ended" });
        await MakeAsync("Problem", "notFound", "An unknown problem type", new() { ["name"] = "nothing" });
        await using var withoutPages = new StreamServer().With("Console", false).With("Demo", false);
        foreach (var name in new[] { "Console", "Demo" })
        {
            await MakeAsync(name, "page", "The page", [], isShown: false);
            examples.Add(new(name, "off", "Not served", Nothing, await calls[name].MakeAsync(withoutPages.CreateDefaultClient(), Nothing)));
        }

        foreach (var name in new[] { "OpenApi", "Docs", "DocsAsset", "Problem", "Console", "Demo" })
        {
            var sample = Sample(calls[name]);
            examples.Add(new(name, "unchanged", "The client has the current version", sample, await calls[name].MakeAsync(client, sample, headers: ("If-None-Match", "*"))));
        }
    }

    private async Task PlayIllFormedAsync()
    {
        await StartAsync("missing", "A missing field", """{"userId":"anna"}""", "play-1");
        await StartAsync("deviceMissing", "`sameDevice` without `deviceId`", """{"userId":"anna","streamId":"film-42","sameDevice":"count"}""", "play-1");
        await StartAsync("unknownPlan", "A plan that does not exist", """{"userId":"anna","streamId":"film-42","plan":"gold"}""", "play-1");
        await StartAsync("wrongType", "A field that is not a string", """{"userId":123,"streamId":"film-42"}""", "play-1");
        await StartAsync("invalidKey", "A key that is not visible ASCII", """{"userId":"anna","streamId":"film-42"}""", "play 1");
        foreach (var name in new[] { "RenewStream", "GetStream", "StopStream" })
        {
            await MakeAsync(name, "notAnId", "An invalid stream record ID", new() { ["id"] = "nonsense" });
        }

        foreach (var name in new[] { "ListStreams", "StopAllStreams", "GetLimit", "ResetLimit", "GetUser", "EraseUser" })
        {
            await MakeAsync(name, "missing", "A missing `userId`", []);
        }

        await MakeAsync("SetLimit", "outOfRange", "A number out of range", new() { ["userId"] = "anna" }, """{"maxConcurrentStreams":101}""");
        await MakeAsync("RenewStreams", "empty", "No ID", [], """{"ids":[]}""");
        await MakeAsync("SetLimits", "empty", "No line", [], "\n");
        foreach (var call in calls.Values.Where(call => call.Contract.Body is not null))
        {
            var sample = Sample(call);
            var (isShown, its) = (call.Contract.Name is "StartStream" or "ReportPlayer", ClientOf(call));
            var (most, size) = call.Contract.Name is "RenewStreams" or "SetLimits" ? (1024 * 1024, "1 MiB") : (16 * 1024, "16 KiB");
            var large = new Asked(sample.Parameters, new JsonObject { ["userId"] = new string('x', most) });
            examples.Add(new(call.Contract.Name, "tooLarge", $"A body over {size}", large, await call.MakeAsync(its, large))
            {
                IsShown = call.Contract.Name is "StartStream" or "RenewStreams",
            });
            examples.Add(new(call.Contract.Name, "notJson", $"A body that is not declared as `{call.Contract.BodyType}`", sample, await call.MakeAsync(its, sample, "text/plain")) { IsShown = isShown });
        }

        examples.Add(new("", "wrongMethod", "An unsupported method", Nothing, await client.SendAsync(HttpMethod.Patch, "/stream-record")) { IsShown = true });
        examples.Add(new("", "unknownPath", "An unknown path", Nothing, await client.SendAsync(HttpMethod.Get, "/streams")));
    }

    /// <summary>Every call, where keys are on and it brings none, where the store is busy, and where the service is broken.</summary>
    private async Task PlayTroubleAsync()
    {
        await using var locked = new StreamServer().With("ApiKeys", "the-key-of-a-backend");
        await using var busy = new StreamServer().With("PlayerKeys", PlayerKey).With(Stores.Busy(TimeSpan.FromSeconds(7)));
        await using var broken = new StreamServer().With("PlayerKeys", PlayerKey).With(Stores.Broken());
        using var traces = Traces.Listen();
        foreach (var call in calls.Values.Where(call => call.Contract.Subject is not ("Documentation" or "Pages" or "Playback")))
        {
            var needsKey = call.Contract.Subject is not ("Health" or "Players");
            if (needsKey)
            {
                await TroubleAsync(call, locked, "keyMissing", "A missing key");
            }

            if (call.Contract.Subject is not "Plans")
            {
                await TroubleAsync(call, busy, "busy", "The store is busy");
                await TroubleAsync(call, broken, "failed", "An internal error");
            }

            if (needsKey)
            {
                await TroubleAsync(call, server, "otherName", "A host name that is not a loopback name", ("Host", "streams.example"));
            }

            if (call.Contract.Body is not null)
            {
                await SlowBodyAsync(call);
            }
        }

        await using var crowded = new StreamServer().With(new CallLimit(0));
        await TroubleAsync(calls["RenewStreams"], crowded, "crowded", "Too many concurrent requests");
        await TroubleAsync(calls["SetLimits"], crowded, "crowded", "Too many concurrent requests");

        // The limiter waits a moment between two tries.
        await using var inDoubt = new StreamServer().With(TimeProvider.System).With(Stores.InDoubt(TimeSpan.FromSeconds(7)));
        await TroubleAsync(calls["StartStream"], inDoubt, "outcomeUnknown", "A response of the store was lost");

        await using var full = new StreamServer().With(Stores.Unwritable("The data folder takes no writes: No space left on device."));
        await TroubleAsync(calls["StartStream"], full, "diskFull", "The disk is full");
        await TroubleAsync(calls["Ready"], full, "diskFull", "The disk is full");
    }

    private async Task SlowBodyAsync(Call call)
    {
        var path = call.Route.Replace("{token}", Sample(call).Parameters.GetValueOrDefault("token"), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(call.Method, path + "?userId=anna") { Content = new EndlessBody(call.Contract.BodyType) };
        var (sending, time) = (ClientOf(call).SendAsync(request), ClientOf(call) == playerClient ? playerServer.Time : server.Time);
        while (!sending.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        examples.Add(new(call.Contract.Name, "tooSlow", "A body that does not arrive", Sample(call), await ApiResponse.ReadAsync(await sending))
        {
            IsShown = call.Contract.Name == "StartStream",
        });
    }

    private async Task TroubleAsync(Call call, StreamServer troubled, string name, string summary, params (string, string?)[] headers)
    {
        var sample = Sample(call);
        var response = await call.MakeAsync(troubled.CreateDefaultClient(), sample, headers: [("traceparent", Traces.Parent), .. headers]);
        examples.Add(new(call.Contract.Name, name, summary, sample, response) { IsShown = call.Contract.Name == "StartStream" || name == "diskFull" });
    }

    private Asked Sample(Call call) => examples.First(example => example.Call == call.Contract.Name).Asked;

    private static string FirstReplaced(ApiResponse response) => response.Body.GetProperty("replaced")[0].GetProperty("id").GetString()!;

    private static string TokenOf(ApiResponse started) => started.Body.GetProperty("player").GetProperty("url").GetString()!.Split('/')[^1];

    private HttpClient ClientOf(Call call) => call.Contract.Subject == "Players" ? playerClient : client;

    private Task<ApiResponse> StartAsync(string name, string summary, string body, string idempotencyKey, HttpClient? by = null) =>
        MakeAsync("StartStream", name, summary, new() { ["Idempotency-Key"] = idempotencyKey }, JsonNode.Parse(body), isShown: true, by);

    private Task<ApiResponse> PlayAsync(string call, string name, string summary, string token, string? body = null, HttpClient? by = null) =>
        MakeAsync(call, name, summary, new() { ["token"] = token }, body is null ? null : JsonValue.Create(body), isShown: true, by ?? playerClient);

    private Task<ApiResponse> MakeAsync(
        string call, string name, string summary, Dictionary<string, string> parameters, string? body = null, bool isShown = true) =>
        MakeAsync(
            call, name, summary, parameters, body is null ? null : calls[call].Contract.BodyType == RequestBody.Json ? JsonNode.Parse(body) : JsonValue.Create(body), isShown, by: null);

    private async Task<ApiResponse> MakeAsync(
        string call, string name, string summary, Dictionary<string, string> parameters, JsonNode? body, bool isShown, HttpClient? by)
    {
        var asked = new Asked(parameters, body);
        var response = await calls[call].MakeAsync(by ?? client, asked);
        examples.Add(new(call, name, summary, asked, response) { IsShown = isShown });
        return response;
    }

    private void Pass(int seconds = 1) => server.Time.Advance(TimeSpan.FromSeconds(seconds));
}
