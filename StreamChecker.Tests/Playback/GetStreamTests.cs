using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Playback;

/// <summary><c>GET /stream-record/{id}</c>: for a licence proxy that would rather ask than verify a token.</summary>
public sealed class GetStreamTests
{
    [Theory]
    [InlineData(Store.Embedded)]
    [InlineData(Store.Cosmos)]
    public async Task AnActiveStream_IsReturned_AndItsLeaseRunsOn(Store store)
    {
        await using var server = new StreamServer().On(store);
        var client = server.CreateClient();
        var started = await client.StartAsync("anna", "film-42", "TV");
        await client.StartAsync("anna", "match-7", "Phone");
        server.Time.Advance(TimeSpan.FromSeconds(60));

        var stream = await client.SendAsync(HttpMethod.Get, "/stream-record/" + started.Id);

        Assert.Equal(HttpStatusCode.OK, stream.Status);
        Assert.Equal(
            (started.Id, "anna", "film-42", "TV", started.Text("startedAt"), started.Text("expiresAt")),
            (stream.Id, stream.Text("userId"), stream.Text("streamId"), stream.Text("deviceName"), stream.Text("startedAt"), stream.Text("expiresAt")));
        Assert.Equal("/stream-record/" + started.Id, started.Message.Headers.Location!.ToString());
        server.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("expired", (await client.HeartbeatAsync(started.Id)).Text("reason"));
    }

    [Theory]
    [InlineData(Store.Embedded)]
    [InlineData(Store.Cosmos)]
    public async Task AnEndedStream_IsA410WithTheReason_AsItsHeartbeatIs(Store store)
    {
        await using var server = new StreamServer().On(store);
        var client = server.CreateClient();
        var tv = (await client.StartAsync("anna", "film-42", "TV")).Id;
        await client.StartAsync("anna", "match-7", "Phone", replace: [tv]);
        var stopped = (await client.StartAsync("anna")).Id;
        await client.StopAsync(stopped);
        var lapsed = (await client.StartAsync("bert")).Id;
        server.Time.Advance(TimeSpan.FromSeconds(90));

        foreach (var (id, reason) in new[] { (tv, "replaced"), (stopped, "stopped"), (lapsed, "expired"), (new StreamRecordId("anna", RecordKey.New(), 1).ToString(), "unknown") })
        {
            var stream = await client.SendAsync(HttpMethod.Get, "/stream-record/" + id);

            Assert.Equal((HttpStatusCode.Gone, "stream-ended", reason), (stream.Status, stream.ProblemType, stream.Text("reason")));
            Assert.Equal((await client.HeartbeatAsync(id)).Content, stream.Content);
        }
    }

    /// <summary>Law 3 of streams.js: a lapse that is reported is recorded, so that no clock that runs behind takes it back.</summary>
    [Fact]
    public async Task ALapseThatIsReported_IsRecorded()
    {
        await using var server = new StreamServer();
        var client = server.CreateClient();
        var id = (await client.StartAsync("anna")).Id;
        server.Time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(JsonValueKind.Null, (await client.GetUserAsync("anna")).Body.GetProperty("records")[0].GetProperty("reason").ValueKind);

        Assert.Equal("expired", (await client.SendAsync(HttpMethod.Get, "/stream-record/" + id)).Text("reason"));

        Assert.Equal("expired", (await client.GetUserAsync("anna")).Body.GetProperty("records")[0].GetProperty("reason").GetString());
    }

    /// <summary>A key that was used again after its record was forgotten is another stream.</summary>
    [Fact]
    public async Task TheSameKeyAtAnotherTime_IsAnotherStream()
    {
        await using var server = new StreamServer();
        var client = server.CreateClient();
        var id = (await client.StartAsync("anna", idempotencyKey: "play-1")).Id;
        var other = new StreamRecordId("anna", RecordKey.For("anna", "play-1"), server.Time.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds()).ToString();

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, "/stream-record/" + id)).Status);
        Assert.Equal("unknown", (await client.SendAsync(HttpMethod.Get, "/stream-record/" + other)).Text("reason"));
    }

    /// <summary>Heartbeats are counted as players send them.</summary>
    [Fact]
    public async Task AReading_IsNoHeartbeatInTheMetrics()
    {
        await using var server = new StreamServer();
        var client = server.CreateClient();
        using var telemetry = new RecordedTelemetry(server.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        var id = (await client.StartAsync("anna")).Id;
        await client.StopAsync(id);

        await client.SendAsync(HttpMethod.Get, "/stream-record/" + id);

        Assert.DoesNotContain(telemetry.Measured, entry => entry.Name == "stream_checker.heartbeats");
    }
}
