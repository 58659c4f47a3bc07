using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamChecker.Reliability.Functions.Host;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Functions;

/// <summary>Every call and every rejection that docs/api.md lists, made to the built Functions app and to the Server.</summary>
[Collection(BuiltAppTests.Name)]
public sealed partial class SameResponsesTests(BuiltApp app, ITestOutputHelper output)
{
    /// <summary>Where the host responds itself.</summary>
    private static readonly Dictionary<string, string> OfTheHost = new()
    {
        ["an unknown path"] = "404",
        ["another method"] = "404",
        ["no key"] = "401",
        ["a wrong key"] = "401",
    };

    [Fact]
    public async Task TheWorkerResponds_AsTheServerDoes()
    {
        using var throughWorker = app.Host.CreateStranger();
        using var fromServer = app.Server.CreateClient();

        var worker = await PlayAsync(throughWorker);
        var server = await PlayAsync(fromServer);

        output.WriteLine("| call | Functions app | Server |\n|---|---|---|");
        foreach (var (call, response) in worker)
        {
            output.WriteLine($"| {call} | `{response}` | `{server[call]}` |");
        }

        Assert.Equal(server.Keys, worker.Keys);
        Assert.All(worker, response =>
        {
            if (OfTheHost.TryGetValue(response.Key, out var status))
            {
                Assert.Equal(status, response.Value);
                Assert.Contains("application/problem+json", server[response.Key], StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(server[response.Key], response.Value);
            }
        });
    }

    private static async Task<Dictionary<string, string>> PlayAsync(HttpClient client)
    {
        var seen = new Dictionary<string, string>();
        var (user, other) = (BuiltApp.NewUser(), BuiltApp.NewUser());
        var ofUser = "?userId=" + Uri.EscapeDataString(user);

        var tv = (await StartAsync("a start", new { userId = user, streamId = "film", deviceName = "TV" }, "play-1")).Id;
        await StartAsync("the same start again", new { userId = user, streamId = "film", deviceName = "TV" }, "play-1");
        await StartAsync("its key for another stream", new { userId = user, streamId = "match", deviceName = "TV" }, "play-1");
        await StartAsync("a second start", new { userId = user, streamId = "match" });
        await StartAsync("a third start", new { userId = user, streamId = "cartoon" });
        await StartAsync("a start at the limit", new { userId = user, streamId = "concert" });
        await StartAsync("a start in the place of the oldest", new { userId = user, streamId = "concert", onLimit = "replaceOldest" });
        await StartAsync("a start in the place of another user's stream", new { userId = other, streamId = "film", replace = new[] { tv } });
        await StartAsync("a retry of a start that is over", new { userId = user, streamId = "film", deviceName = "TV" }, "play-1");
        await MakeAsync("a heartbeat of a stream that was replaced", "POST", $"/stream-record/{tv}/heartbeat");
        var phone = (await StartAsync("a start of another user", new { userId = other, streamId = "film", deviceName = "Phone" })).Id;
        var ghost = (await StartAsync("a start on a device", new { userId = other, streamId = "film", deviceId = "tv-1" })).Id;
        await StartAsync("a start on the same device", new { userId = other, streamId = "match", deviceId = "tv-1" });
        await MakeAsync("a heartbeat of a stream that was replaced on its device", "POST", $"/stream-record/{ghost}/heartbeat");
        await StartAsync("a start that counts no device", new { userId = other, streamId = "match", sameDevice = "count" });
        await MakeAsync("a heartbeat", "POST", $"/stream-record/{phone}/heartbeat");
        await MakeAsync("many heartbeats", "POST", "/stream-record/heartbeats", JsonSerializer.Serialize(new { ids = new[] { phone, tv, "nonsense", phone } }));
        await MakeAsync("many heartbeats of none", "POST", "/stream-record/heartbeats", """{"ids":[]}""");
        await MakeAsync("many heartbeats in 1 MiB", "POST", "/stream-record/heartbeats", """{"ids":["nonsense"]}""" + new string(' ', (1024 * 1024) - 20));
        await MakeAsync("many heartbeats over 1 MiB", "POST", "/stream-record/heartbeats", """{"ids":["nonsense"]}""" + new string(' ', 1024 * 1024));
        await MakeAsync("an active stream", "GET", $"/stream-record/{phone}");
        await MakeAsync("an active stream, without the body", "HEAD", $"/stream-record/{phone}");
        await MakeAsync("a stream that was replaced", "GET", $"/stream-record/{tv}");
        await MakeAsync("no stream", "GET", "/stream-record/nonsense");
        var ofPlayer = await StartAsync("a start whose player has a token", new { userId = other, streamId = "film", deviceName = "Browser" });
        await PlayAsync("a player's heartbeat", ofPlayer, "heartbeat");
        await PlayAsync("a player's heartbeat from a page", ofPlayer, "heartbeat", origin: BuiltApp.Origin);
        await PlayAsync("a player's heartbeat from another page", ofPlayer, "heartbeat", origin: "https://other.example");
        await PlayAsync("a preflight", ofPlayer, "cmcd", method: "OPTIONS", origin: BuiltApp.Origin);
        await PlayAsync("a preflight from another page", ofPlayer, "cmcd", method: "OPTIONS", origin: "https://other.example");
        await PlayAsync("a player's time interval", ofPlayer, "cmcd", "e=t,sta=p,v=2");
        await PlayAsync("a report that is no CMCD", ofPlayer, "cmcd", "{}", contentType: "application/json");
        await PlayAsync("a report over 16 KiB", ofPlayer, "cmcd", new string(' ', (16 * 1024) + 1));
        await PlayAsync("a player's end", ofPlayer, "cmcd", "e=ps,sta=e,v=2");
        await PlayAsync("a heartbeat after the player's end", ofPlayer, "heartbeat", origin: BuiltApp.Origin);
        await PlayAsync("a player's stop", ofPlayer, "stop", "", contentType: "text/plain;charset=UTF-8");
        await MakeAsync("a token that is not ours", "POST", "/player/nonsense/heartbeat", key: null, origin: BuiltApp.Origin);
        await MakeAsync("a stop", "DELETE", $"/stream-record/{phone}");
        await MakeAsync("a second stop", "DELETE", $"/stream-record/{phone}");
        await MakeAsync("a heartbeat of a stream that was stopped", "POST", $"/stream-record/{phone}/heartbeat");
        await MakeAsync("a heartbeat of no stream", "POST", "/stream-record/nonsense/heartbeat");
        await MakeAsync("a stop of no stream", "DELETE", "/stream-record/nonsense");
        await MakeAsync("what is playing", "GET", "/stream-record" + ofUser);
        await MakeAsync("what is playing, without the body", "HEAD", "/stream-record" + ofUser);
        await MakeAsync("the default limit", "GET", "/stream-limit" + ofUser);
        await MakeAsync("a limit of the user's own", "PUT", "/stream-limit" + ofUser, """{"maxConcurrentStreams":5}""");
        await MakeAsync("a limit that is too large", "PUT", "/stream-limit" + ofUser, """{"maxConcurrentStreams":101}""");
        await MakeAsync("back to the default limit", "DELETE", "/stream-limit" + ofUser);
        await MakeAsync(
            "many limits", "POST", "/stream-limit/batch",
            $$"""
            {"userId":{{JsonSerializer.Serialize(user)}},"maxConcurrentStreams":4,"idempotencyKey":"limit-1"}
            {"userId":{{JsonSerializer.Serialize(user)}},"maxConcurrentStreams":null}

            {"userId":{{JsonSerializer.Serialize(user)}},"maxConcurrentStreams":4,"idempotencyKey":"limit-1"}
            {"userId":{{JsonSerializer.Serialize(user)}},"maxConcurrentStreams":101}
            nonsense
            """, "application/x-ndjson");
        await MakeAsync("many limits of none", "POST", "/stream-limit/batch", "\n", "application/x-ndjson");
        await MakeAsync("many limits as JSON", "POST", "/stream-limit/batch", "[]");
        await MakeAsync("many limits over 1 MiB", "POST", "/stream-limit/batch", new string(' ', (1024 * 1024) + 1), "application/x-ndjson");
        await MakeAsync("10,000 limits", "POST", "/stream-limit/batch", string.Concat(Enumerable.Repeat("1\n", 10_000)), "application/x-ndjson");
        await MakeAsync("more than 10,000 limits", "POST", "/stream-limit/batch", string.Concat(Enumerable.Repeat("1\n", 10_001)), "application/x-ndjson");
        await MakeAsync("a stop of all", "DELETE", "/stream-record" + ofUser);
        await MakeAsync("all that is held about the user", "GET", "/user" + ofUser);
        await MakeAsync("an erase", "DELETE", "/user" + ofUser);
        await MakeAsync("nothing is held", "GET", "/user" + ofUser);
        await MakeAsync("an erase of an unknown user", "DELETE", "/user");
        await MakeAsync("alive", "GET", "/health/live");
        await MakeAsync("ready", "GET", "/health/ready");
        await MakeAsync("ready, without the body", "HEAD", "/health/ready");
        await MakeAsync("the contract", "GET", "/openapi.json");
        await MakeAsync("the keys of playback tokens", "GET", "/.well-known/jwks.json");
        await MakeAsync("the page", "GET", "/docs");
        await MakeAsync("a file of the page", "GET", "/docs/swagger-ui.css");
        await MakeAsync("a file that is not there", "GET", "/docs/nothing.css");
        await MakeAsync("the console", "GET", "/console");
        await MakeAsync("the demo", "GET", "/demo");
        await MakeAsync("a problem's page", "GET", "/problems/stream-ended");
        await MakeAsync("a problem that is not there", "GET", "/problems/nothing");
        await MakeAsync("no user", "GET", "/stream-record");
        await MakeAsync("a user twice", "GET", "/stream-record?userId=anna&userId=bert");
        await MakeAsync("no body", "POST", "/stream-record", "");
        await MakeAsync("a field is missing", "POST", "/stream-record", """{"userId":"anna"}""");
        await MakeAsync("a field is no text", "POST", "/stream-record", """{"userId":1,"streamId":"film"}""");
        await MakeAsync("an idempotency key with a space", "POST", "/stream-record", """{"userId":"anna","streamId":"film"}""", idempotencyKey: "play 1");
        await MakeAsync("over 16 KiB", "POST", "/stream-record", new string(' ', (16 * 1024) + 1));
        await MakeAsync("not JSON", "POST", "/stream-record", """{"userId":"anna","streamId":"film"}""", "text/plain");
        await MakeAsync("an unknown path", "GET", "/streams");
        await MakeAsync("another method", "PATCH", "/stream-record");
        await MakeAsync("no key", "GET", "/stream-record" + ofUser, key: null);
        await MakeAsync("a wrong key", "GET", "/stream-record" + ofUser, key: "wrong");
        return seen;

        Task<ApiResponse> StartAsync(string call, object body, string? idempotencyKey = null) =>
            MakeAsync(call, "POST", "/stream-record", JsonSerializer.Serialize(body), idempotencyKey: idempotencyKey);

        Task<ApiResponse> PlayAsync(
            string call, ApiResponse started, string name, string? body = null, string method = "POST", string contentType = "application/cmcd", string? origin = null) =>
            MakeAsync(
                call, method, $"{new Uri(started.Body.GetProperty("player").GetProperty("url").GetString()!).AbsolutePath}/{name}", body, contentType, key: null, origin: origin);

        async Task<ApiResponse> MakeAsync(
            string call, string method, string path, string? body = null, string contentType = "application/json",
            string? idempotencyKey = null, string? key = FunctionsHost.Key, string? origin = null)
        {
            var response = await client.SendAsync(
                new HttpMethod(method), path, body is null ? null : Encoding.UTF8.GetBytes(body), contentType,
                ("Idempotency-Key", idempotencyKey), ("x-functions-key", key), ("Origin", origin));
            seen[call] = Comparable(response, user, other);
            return response;
        }
    }

    /// <summary>Status, headers and body, less what differs from one call to the next.</summary>
    private static string Comparable(ApiResponse response, params string[] users)
    {
        var text = new StringBuilder().Append((int)response.Status);
        foreach (var (name, values) in Headers(response.Message.Headers).Concat(Headers(response.Message.Content.Headers)).OrderBy(header => header.Name, StringComparer.Ordinal))
        {
            text.Append(" · ").Append(name).Append(": ").AppendJoin(", ", name == "Retry-After" ? ["{seconds}"] : values);
        }

        var body = response.ContentType?.EndsWith("json", StringComparison.Ordinal) == true && response.Content.Length < 2048
            ? response.Content
            : response.Content.Length == 0 ? "" : $"{response.Content.Length} characters";
        text.Append(body.Length == 0 ? "" : " · ").Append(body);
        foreach (var user in users)
        {
            text.Replace(user, "{user}");
        }

        return Moments().Replace(Ids().Replace(Tokens().Replace(text.ToString(), "{token}"), "{id}"), "{time}");
    }

    private static IEnumerable<(string Name, IEnumerable<string> Values)> Headers(HttpHeaders headers) =>
        from header in headers
        where header.Key is not ("Date" or "Server" or "Content-Length" or "Transfer-Encoding" or "Allow")
        select (header.Key, header.Value);

    /// <summary>Stream record IDs, and the IDs of operations.</summary>
    [GeneratedRegex("A[g-v][A-Za-z0-9_-]{20,}|(?<=\"id\":\")[A-Za-z0-9_-]{22}(?=\")")]
    private static partial Regex Ids();

    [GeneratedRegex("(?<=/player/)[A-Za-z0-9_-]+")]
    private static partial Regex Tokens();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+Z")]
    private static partial Regex Moments();
}
