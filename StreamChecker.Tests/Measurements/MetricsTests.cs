using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using StreamChecker.Server.Metrics;

namespace StreamChecker.Tests.Measurements;

/// <summary><c>GET /metrics</c> of the Server, in the text format that Prometheus scrapes. It is not in the contract.</summary>
public sealed partial class MetricsTests : IAsyncLifetime
{
    private const string Secret = "secret-user-4711";

    private readonly StreamServer server = new();
    private readonly HttpClient client;

    public MetricsTests() => client = server.CreateDefaultClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task StartsAndHeartbeats_AreCountedFromTheFirstScrapeOn()
    {
        await client.StartAsync(Secret);
        await ScrapeAsync();

        var id = (await client.StartAsync(Secret)).Id;
        await client.StartAsync(Secret);
        await client.StartAsync(Secret);
        await client.HeartbeatAsync(id);

        var samples = Samples(await ScrapeAsync());
        Assert.Equal(2, samples["""stream_checker_starts_total{stream_checker_outcome="admitted"}"""]);
        Assert.Equal(1, samples["""stream_checker_starts_total{stream_checker_outcome="limit_reached"}"""]);
        Assert.Equal(1, samples["""stream_checker_heartbeats_total{stream_checker_outcome="alive",stream_checker_written="false"}"""]);
        Assert.Equal(3, samples["""stream_checker_partition_operation_duration_seconds_count{stream_checker_operation="start"}"""]);
        Assert.Contains("stream_checker_embedded_queue_depth", samples.Keys);
        Assert.Equal(2, samples
            .Where(sample => sample.Key.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal))
            .Where(sample => sample.Key.Contains("""http_response_status_code="201",http_route="/stream-record",""", StringComparison.Ordinal))
            .Sum(sample => sample.Value));
    }

    /// <summary>The dashboard of <c>infra/grafana</c> shows a Server that Prometheus scrapes as it shows one that sends by OTLP.</summary>
    [Fact]
    public async Task TheDashboardsNames_AreThoseOfTheScrape()
    {
        await ScrapeAsync();
        var id = (await client.StartAsync(Secret)).Id;
        await client.HeartbeatAsync(id);
        await client.StopAsync(id);
        await client.SetLimitAsync(Secret, 0);
        await client.StartAsync(Secret);
        var names = Samples(await ScrapeAsync()).Keys.Select(sample => sample.Split('{')[0]).ToHashSet();

        var shown = MetricName().Matches(RepositoryFiles.Text("infra/grafana/stream-checker.json")).Select(match => match.Value).Distinct();

        // These two need Cosmos DB, or a store in trouble.
        Assert.Equal(
            ["stream_checker_partition_operation_request_charge_sum", "stream_checker_partition_retries_total"],
            shown.Except(names).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task EveryLine_IsInTheFormat_AndEveryHistogramAddsUp()
    {
        await ScrapeAsync();
        await client.StartAsync(Secret);
        await client.GetLimitAsync(Secret);

        var text = await ScrapeAsync();

        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Matches(Line(), line));
        var families = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToList();
        Assert.Equal(families.Distinct(), families);
        var samples = Samples(text);
        Assert.All(samples.Keys, sample => Assert.Contains(families, family => sample.StartsWith(family, StringComparison.Ordinal)));
        var buckets = samples.Where(sample => sample.Key.Contains("_bucket{", StringComparison.Ordinal)).GroupBy(sample => Bound().Replace(sample.Key, "")).ToList();
        Assert.NotEmpty(buckets);
        Assert.All(buckets, histogram =>
        {
            Assert.Equal(histogram.Select(bucket => bucket.Value).Order(), histogram.Select(bucket => bucket.Value));
            Assert.Contains("le=\"+Inf\"", histogram.Last().Key, StringComparison.Ordinal);
            Assert.Equal(samples[histogram.Key.Replace("_bucket{", "_count{", StringComparison.Ordinal)], histogram.Last().Value);
        });
    }

    [Fact]
    public async Task NothingIsMeasured_BeforeTheFirstScrape()
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == server.Services.GetRequiredService<IMeterFactory>() && instrument.Name is "stream_checker.starts" or "http.server.request.duration")
            {
                instruments.Add(instrument);
            }
        };
        await client.StartAsync(Secret);
        listener.Start();
        var own = instruments.Where(instrument => instrument.Meter.Scope == server.Services.GetRequiredService<IMeterFactory>()).ToList();
        Assert.Equal(2, own.Count);
        Assert.All(own, instrument => Assert.False(instrument.Enabled));

        await ScrapeAsync();

        Assert.All(own, instrument => Assert.True(instrument.Enabled));
    }

    [Fact]
    public async Task NoUserStreamOrDevice_IsInTheMetrics()
    {
        await ScrapeAsync();
        var id = (await client.StartAsync(Secret, "secret-film", "secret-device")).Id;
        await client.HeartbeatAsync(id);
        await client.ListAsync(Secret);

        var text = await ScrapeAsync();

        Assert.Contains("/stream-record/{id}/heartbeat", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain(id, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithKeys_AScrapeNeedsOne_AndWithoutKeysALoopbackName()
    {
        await using var locked = new StreamServer().With("ApiKeys", "the-key-of-a-backend");
        using var stranger = locked.CreateDefaultClient();

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SendAsync(HttpMethod.Get, "/metrics")).Status);
        Assert.Equal(HttpStatusCode.OK, (await stranger.SendAsync(HttpMethod.Get, "/metrics", headers: ("x-functions-key", "the-key-of-a-backend"))).Status);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await client.SendAsync(HttpMethod.Get, "/metrics", headers: ("Host", "streams.example"))).Status);
    }

    [Fact]
    public void KindsUnitsAndLabels_AreWrittenAsPrometheusReadsThem()
    {
        using var meter = new Meter("shapes");
        var text = new PrometheusText();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddReader(new BaseExportingMetricReader(text)).Build();
        meter.CreateCounter<double>("shape.sum", "s", "Text with \\ and\na line.").Add(1.5, new KeyValuePair<string, object?>("a.b", "x\"y\\z\n"), new("yes", true));
        meter.CreateUpDownCounter<long>("shape.level").Add(-2);
        meter.CreateUpDownCounter<double>("shape.height").Add(-0.5);
        meter.CreateGauge<double>("shape.now").Record(double.NaN);
        meter.CreateGauge<long>("shape.count", "{shape}").Record(7);

        provider.ForceFlush();

        Assert.Equal(
            """
            # HELP shape_sum_seconds_total Text with \\ and\na line.
            # TYPE shape_sum_seconds_total counter
            shape_sum_seconds_total{a_b="x\"y\\z\n",yes="true"} 1.5
            # HELP shape_level 
            # TYPE shape_level gauge
            shape_level -2
            # HELP shape_height 
            # TYPE shape_height gauge
            shape_height -0.5
            # HELP shape_now 
            # TYPE shape_now gauge
            shape_now NaN
            # HELP shape_count 
            # TYPE shape_count gauge
            shape_count 7

            """,
            text.Last);
    }

    private async Task<string> ScrapeAsync()
    {
        var response = await client.SendAsync(HttpMethod.Get, "/metrics");
        Assert.Equal((HttpStatusCode.OK, "text/plain; version=0.0.4; charset=utf-8"), (response.Status, response.Message.Content.Headers.ContentType!.ToString()));
        return response.Content;
    }

    private static Dictionary<string, double> Samples(string text) => text.Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => (Name: line[..line.LastIndexOf(' ')], Value: line[(line.LastIndexOf(' ') + 1)..]))
        .ToDictionary(sample => sample.Name, sample => double.Parse(sample.Value, CultureInfo.InvariantCulture));

    [GeneratedRegex("""^(# HELP [a-z_]+ .*|# TYPE [a-z_]+ (counter|gauge|histogram)|[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9.E+-]+)$""")]
    private static partial Regex Line();

    [GeneratedRegex(""",?le="[^"]+"(?=\})""")]
    private static partial Regex Bound();

    [GeneratedRegex("(stream_checker|http_server)_[a-z_]+_(total|bucket|sum|count|depth)")]
    private static partial Regex MetricName();
}
