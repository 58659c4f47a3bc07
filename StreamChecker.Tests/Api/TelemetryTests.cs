using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using StreamChecker.Server;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Api;

/// <summary>What the service tells OpenTelemetry, and what it never tells.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private const string Secret = "secret-user-4711";

    private readonly StreamServer server = new();
    private readonly ConcurrentBag<(string Name, double Value, Dictionary<string, object?> Attributes)> measured = [];
    private readonly ConcurrentBag<Activity> spans = [];
    private readonly MeterListener meters = new();
    private readonly ActivityListener activities;
    private readonly HttpClient client;

    public TelemetryTests()
    {
        activities = new()
        {
            ShouldListenTo = source => source.Name == StreamTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(activities);
        client = server.CreateClient();
        var ours = server.Services.GetService(typeof(IMeterFactory));
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StreamTelemetry.Name && instrument.Meter.Scope == ours)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, attributes, _) => Note(instrument, value, attributes));
        meters.SetMeasurementEventCallback<int>((instrument, value, attributes, _) => Note(instrument, value, attributes));
        meters.SetMeasurementEventCallback<double>((instrument, value, attributes, _) => Note(instrument, value, attributes));
        meters.Start();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        meters.Dispose();
        activities.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task StartsHeartbeatsAndEndings_AreCountedByWhatCameOfThem()
    {
        var first = (await client.StartAsync(Secret, idempotencyKey: "k")).Id;
        await client.StartAsync(Secret, idempotencyKey: "k");
        await client.StartAsync(Secret);
        await client.StartAsync(Secret);
        await client.StartAsync(Secret);
        await client.StartAsync(Secret, onLimit: "replaceOldest");
        await client.HeartbeatAsync(first);
        await client.StopAllAsync(Secret);

        Assert.Equal(4, Sum("stream_checker.starts", "stream_checker.outcome", "admitted"));
        Assert.Equal(1, Sum("stream_checker.starts", "stream_checker.outcome", "replayed"));
        Assert.Equal(1, Sum("stream_checker.starts", "stream_checker.outcome", "limit_reached"));
        Assert.Equal(1, Sum("stream_checker.heartbeats", "stream_checker.outcome", "ended"));
        Assert.Equal(1, Sum("stream_checker.endings", "stream_checker.reason", "replaced"));
        Assert.Equal(3, Sum("stream_checker.endings", "stream_checker.reason", "stopped"));
        Assert.Equal(6, measured.Count(entry => entry.Name == "stream_checker.partition.operation.duration" && Equals(entry.Attributes["stream_checker.operation"], "start")));
    }

    [Fact]
    public async Task TheQueueOfTheEngine_IsMeasured()
    {
        await client.StartAsync(Secret);
        meters.RecordObservableInstruments();

        Assert.Contains(measured, entry => entry.Name == "stream_checker.embedded.queue.depth");
    }

    [Fact]
    public async Task NoUserStreamOrDevice_IsInAMetricOrASpan()
    {
        var id = (await client.StartAsync(Secret, "secret-film", "secret-device")).Id;
        await client.HeartbeatAsync(id);
        await client.ListAsync(Secret);
        await client.StopAsync(id);

        var told = measured.SelectMany(entry => entry.Attributes.Values)
            .Concat(spans.SelectMany(span => span.TagObjects.Select(tag => tag.Value).Append(span.DisplayName)))
            .Select(value => value?.ToString() ?? "");
        Assert.NotEmpty(spans);
        Assert.DoesNotContain(told, value => value.Contains("secret", StringComparison.Ordinal) || value.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public void TheServersSpans_CarryTheRoutesTemplateAndNoQuery()
    {
        using var activity = new Activity("GET").SetTag("url.path", "/stream-record/abc").SetTag("url.query", "?userId=anna").SetTag("http.route", "/stream-record/{id}");

        new RoutesByTemplate().OnEnd(activity);

        Assert.Equal("/stream-record/{id}", activity.GetTagItem("url.path"));
        Assert.Null(activity.GetTagItem("url.query"));
    }

    private double Sum(string name, string attribute, string value) =>
        measured.Where(entry => entry.Name == name && Equals(entry.Attributes[attribute], value)).Sum(entry => entry.Value);

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> attributes) =>
        measured.Add((instrument.Name, value, new(attributes.ToArray())));
}
