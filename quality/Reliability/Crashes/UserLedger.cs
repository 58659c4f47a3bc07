using System.Globalization;
using System.Net;
using System.Text.Json;

namespace StreamChecker.Reliability.Crashes;

/// <summary>
/// The responses to one user's calls, one after the other, and what must be found after a crash: all of it, and of
/// the one call without a response either everything or nothing.
/// </summary>
internal sealed class UserLedger(string userId)
{
    public const int DefaultLimit = 3;
    private const int MostLimit = 5;

    private readonly Dictionary<string, DateTimeOffset> live = [];
    private int limit = DefaultLimit;
    private Doubt? doubt;

    private enum Call
    {
        Start,
        StartReplacingOldest,
        Stop,
        Heartbeat,
        SetLimit,
    }

    /// <summary>The number of completed calls.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Makes one call, checks its response against the previous ones, and records it.</summary>
    public async Task CallAsync(HttpClient client, Random random)
    {
        if (doubt is not null)
        {
            await CheckAsync(client);
        }

        var call = (Call)random.Next(5);
        if (live.Count == 0 && call is Call.Stop or Call.Heartbeat)
        {
            call = Call.Start;
        }

        var named = live.Count == 0 ? "" : live.Keys.ElementAt(random.Next(live.Count));
        var next = random.Next(1, MostLimit + 1);
        doubt = new(call, named, next);
        var response = call switch
        {
            Call.Start => await client.StartAsync(userId),
            Call.StartReplacingOldest => await client.StartAsync(userId, onLimit: "replaceOldest"),
            Call.Stop => await client.StopAsync(named),
            Call.Heartbeat => await client.HeartbeatAsync(named),
            _ => await client.SetLimitAsync(userId, next),
        };
        if (response.Status == HttpStatusCode.ServiceUnavailable)
        {
            Assert.NotNull(response.RetryAfter);
            return;
        }

        Note(call, named, next, response);
        Acknowledged++;
        doubt = null;
    }

    /// <summary>Compares with what is there, and records the outcome of the call without a response.</summary>
    public async Task CheckAsync(HttpClient client)
    {
        ApiResponse response;
        while ((response = await client.ListAsync(userId)).Status == HttpStatusCode.ServiceUnavailable)
        {
            // It shared its batch with a write for which there was no room.
            Assert.NotNull(response.RetryAfter);
        }

        Assert.Equal(HttpStatusCode.OK, response.Status);
        var found = response.Body.GetProperty("streams").EnumerateArray().ToDictionary(stream => stream.GetProperty("id").GetString()!, ExpiryOf);
        var appeared = found.Keys.Except(live.Keys).ToArray();
        var vanished = live.Keys.Except(found.Keys).ToArray();
        var story = $"{userId}: limit {limit}, {live.Count} acknowledged, {appeared.Length} appeared, {vanished.Length} vanished, in doubt: {doubt}.";

        Assert.True(
            (appeared.Length, vanished.Length) == (0, 0) || doubt is { } open && MayBe(open, appeared, vanished),
            "What is there is not what was acknowledged. " + story);
        Assert.True(
            response.Number("limit") == limit || doubt is { Call: Call.SetLimit } set && response.Number("limit") == set.Limit,
            $"The limit is {response.Number("limit")}. " + story);
        foreach (var (id, expiresAt) in found)
        {
            Assert.True(
                appeared.Contains(id) || expiresAt == live[id] || (expiresAt > live[id] && doubt is { Call: Call.Heartbeat } beat && beat.Named == id),
                $"A lease ends at {expiresAt:O}, acknowledged was {(live.TryGetValue(id, out var known) ? known : default):O}. " + story);
        }

        limit = response.Number("limit");
        live.Clear();
        foreach (var (id, expiresAt) in found)
        {
            live[id] = expiresAt;
        }

        doubt = null;
    }

    private bool MayBe(Doubt open, string[] appeared, string[] vanished) => open.Call switch
    {
        Call.Start => appeared.Length == 1 && vanished.Length == 0 && live.Count < limit,
        Call.StartReplacingOldest => appeared.Length == 1 && vanished.Length == Math.Max(0, live.Count - limit + 1),
        Call.Stop => appeared.Length == 0 && vanished is [var stopped] && stopped == open.Named,
        _ => false,
    };

    private void Note(Call call, string named, int next, ApiResponse response)
    {
        var story = $"{userId} has {live.Count} of {limit}, {call}: {response.Status} {response.Body}";
        switch (call)
        {
            case Call.Start:
                Assert.True(response.Status == (live.Count < limit ? HttpStatusCode.Created : HttpStatusCode.Forbidden), story);
                break;
            case Call.StartReplacingOldest:
                Assert.True(response.Status == HttpStatusCode.Created, story);
                var replaced = response.Body.GetProperty("replaced").EnumerateArray().Select(stream => stream.GetProperty("id").GetString()!).ToList();
                Assert.True(replaced.Count == Math.Max(0, live.Count - limit + 1) && replaced.All(live.Remove), story);
                break;
            case Call.Stop:
                Assert.True(response.Status == HttpStatusCode.NoContent, story);
                live.Remove(named);
                return;
            case Call.Heartbeat:
                Assert.True(response.Status == HttpStatusCode.OK, story);
                live[named] = ExpiryOf(response.Body);
                return;
            case Call.SetLimit:
                Assert.True(response.Status == HttpStatusCode.OK, story);
                limit = next;
                return;
        }

        if (response.Status == HttpStatusCode.Created)
        {
            live.Add(response.Id, ExpiryOf(response.Body));
        }
    }

    private static DateTimeOffset ExpiryOf(JsonElement stream) =>
        DateTimeOffset.Parse(stream.GetProperty("expiresAt").GetString()!, CultureInfo.InvariantCulture);

    private sealed record Doubt(Call Call, string Named, int Limit);
}
