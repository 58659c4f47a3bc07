using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace StreamChecker.Tests.Http;

/// <summary>
/// An evening of one household, call by call, as its platform's backend makes them. It runs wherever the service runs,
/// with any lease: time passes by <paramref name="pass"/>.
/// </summary>
public sealed class HouseholdEvening(HttpClient client, string userId, Func<TimeSpan, Task> pass)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    /// <summary>Lets time pass on a clock that the service goes by.</summary>
    public static Func<TimeSpan, Task> By(FakeTimeProvider time) => span =>
    {
        time.Advance(span);
        return Task.CompletedTask;
    };

    public async Task PlayAsync()
    {
        // The household's plan allows three streams. Three devices start.
        Assert.Equal(HttpStatusCode.OK, (await client.SetLimitAsync(userId, 3)).Status);
        var first = await StartAsync("film", "TV");
        var tv = first.Id;
        var interval = TimeSpan.FromSeconds(first.Number("heartbeatIntervalSeconds"));
        var lease = first.Time("expiresAt") - first.Time("startedAt");
        await pass(Moment);
        var started = await StartAsync("match", "Phone");
        var phone = started.Id;
        await pass(Moment);
        var tablet = (await StartAsync("cartoon", "Tablet")).Id;

        // The fourth is rejected, and its viewer sees why.
        var rejection = await client.StartAsync(userId, "concert", "Laptop");
        Assert.Equal((HttpStatusCode.Forbidden, "stream-limit-reached"), (rejection.Status, rejection.ProblemType));
        Assert.Equal(["TV", "Phone", "Tablet"], rejection.Devices);
        Assert.NotNull(rejection.RetryAfter);
        Assert.Equal(["TV", "Phone", "Tablet"], (await client.ListAsync(userId)).Devices);

        // So the laptop takes the oldest one's place, and the TV learns it at its next heartbeat.
        var laptop = await client.StartAsync(userId, "concert", "Laptop", onLimit: "replaceOldest");
        Assert.Equal(HttpStatusCode.Created, laptop.Status);
        var gone = await client.HeartbeatAsync(tv);
        Assert.Equal((HttpStatusCode.Gone, "replaced"), (gone.Status, gone.Text("reason")));
        Assert.Equal("Laptop", gone.Body.GetProperty("replacedBy").GetProperty("deviceName").GetString());

        // With player keys, players send their heartbeats themselves.
        Assert.True(await PlayAsync(first, "/heartbeat", HttpStatusCode.Gone));
        Assert.True(await PlayAsync(started, "/heartbeat", HttpStatusCode.OK));
        Assert.True(await PlayAsync(started, "/cmcd", HttpStatusCode.NoContent));

        // The tablet's player dies. The others send heartbeats, and its place is free again by itself.
        for (var passed = TimeSpan.Zero; passed <= lease; passed += interval)
        {
            await pass(interval);
            Assert.Equal(HttpStatusCode.OK, (await client.HeartbeatAsync(phone)).Status);
            Assert.Equal(HttpStatusCode.OK, (await client.HeartbeatAsync(laptop.Id)).Status);
        }

        Assert.Equal("expired", (await client.HeartbeatAsync(tablet)).Text("reason"));
        await StartAsync("news", "TV");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.StartAsync(userId, "news", "Kitchen")).Status);

        // The household buys a larger plan, and goes back to a smaller one: no stream ends, and none is admitted.
        Assert.Equal(HttpStatusCode.OK, (await client.SetLimitAsync(userId, 4)).Status);
        var kitchen = (await StartAsync("news", "Kitchen")).Id;
        Assert.Equal(HttpStatusCode.OK, (await client.SetLimitAsync(userId, 2)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.HeartbeatAsync(kitchen)).Status);
        Assert.Equal(4, (await client.ListAsync(userId)).Number("active"));
        Assert.Equal(HttpStatusCode.Forbidden, (await client.StartAsync(userId, "news", "Attic")).Status);

        // One stream is stopped, then all of them, and the household returns to the default plan.
        Assert.Equal(HttpStatusCode.NoContent, (await client.StopAsync(kitchen)).Status);
        Assert.Equal(3, (await client.StopAllAsync(userId)).Number("stopped"));
        Assert.Equal("stopped", (await client.HeartbeatAsync(phone)).Text("reason"));
        Assert.True(await PlayAsync(started, "/stop", HttpStatusCode.NoContent));
        Assert.Equal(HttpStatusCode.NoContent, (await client.ResetLimitAsync(userId)).Status);
        Assert.Empty((await client.ListAsync(userId)).Devices);
    }

    /// <summary>Makes a call of a player. Without player keys there is none to make.</summary>
    private async Task<bool> PlayAsync(ApiResponse started, string call, HttpStatusCode expected)
    {
        if (!started.Body.TryGetProperty("player", out var player))
        {
            return true;
        }

        var path = new Uri(player.GetProperty("url").GetString()!).AbsolutePath;
        return (await client.PostAsync(path + call, "e=t,sta=p,v=2"u8.ToArray(), "application/cmcd")).Status == expected;
    }

    private async Task<ApiResponse> StartAsync(string streamId, string deviceName)
    {
        var response = await client.StartAsync(userId, streamId, deviceName, deviceId: $"identifier of {deviceName}");
        Assert.Equal(HttpStatusCode.Created, response.Status);
        return response;
    }
}
