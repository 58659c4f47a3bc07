using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Server;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Measurements;

/// <summary>The service's telemetry, and what it never contains.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private const string Secret = "secret-user-4711";

    private readonly StreamServer server = new();
    private readonly RecordedTelemetry telemetry;
    private readonly HttpClient client;

    public TelemetryTests()
    {
        client = server.CreateClient();
        telemetry = new(server.Services.GetRequiredService<IMeterFactory>());
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        telemetry.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task StartsHeartbeatsAndEndings_AreCountedByWhatCameOfThem()
    {
        var first = (await client.StartAsync(Secret, idempotencyKey: "k")).Id;
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await client.StartAsync(Secret, idempotencyKey: "k");
        await client.StartAsync(Secret);
        await client.StartAsync(Secret);
        await client.StartAsync(Secret);
        await client.StartAsync(Secret, onLimit: "replaceOldest");
        await client.HeartbeatAsync(first);
        await client.StopAllAsync(Secret);

        Assert.Equal(4, telemetry.Sum("stream_checker.starts", "stream_checker.outcome", "admitted"));
        Assert.Equal(1, telemetry.Sum("stream_checker.starts", "stream_checker.outcome", "replayed"));
        Assert.Equal(1, telemetry.Sum("stream_checker.starts", "stream_checker.outcome", "limit_reached"));
        Assert.Equal(1, telemetry.Sum("stream_checker.heartbeats", "stream_checker.outcome", "ended"));
        Assert.Equal(1, telemetry.Sum("stream_checker.endings", "stream_checker.reason", "replaced"));
        Assert.Equal(3, telemetry.Sum("stream_checker.endings", "stream_checker.reason", "stopped"));
        Assert.Equal(6, telemetry.Measured.Count(entry => entry.Name == "stream_checker.partition.operation.duration" && Equals(entry.Attributes["stream_checker.operation"], "start")));
    }

    [Fact]
    public async Task TheQueueOfTheEngine_IsMeasured()
    {
        await client.StartAsync(Secret);
        telemetry.Ask();

        Assert.Contains(telemetry.Measured, entry => entry.Name == "stream_checker.embedded.queue.depth");
    }

    [Fact]
    public async Task NoUserStreamOrDevice_IsInAMetricOrASpan()
    {
        var id = (await client.StartAsync(Secret, "secret-film", "secret-device")).Id;
        await client.HeartbeatAsync(id);
        await client.ListAsync(Secret);
        await client.StopAsync(id);

        var words = telemetry.Measured.SelectMany(entry => entry.Attributes.Values)
            .Concat(telemetry.Spans.SelectMany(span => span.TagObjects.Select(tag => tag.Value).Append(span.DisplayName)))
            .Select(value => value?.ToString() ?? "");
        Assert.NotEmpty(telemetry.Spans);
        Assert.DoesNotContain(words, value => value.Contains("secret", StringComparison.Ordinal) || value.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public void TheServersSpans_CarryTheRoutesTemplateAndNoQuery()
    {
        using var activity = new Activity("GET").SetTag("url.path", "/stream-record/abc").SetTag("url.query", "?userId=anna").SetTag("http.route", "/stream-record/{id}");

        new RedactSpanUrls().OnEnd(activity);

        Assert.Equal("/stream-record/{id}", activity.GetTagItem("url.path"));
        Assert.Null(activity.GetTagItem("url.query"));
    }
}
