using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StreamChecker.Tests.Infrastructure;

/// <summary>The workbook in Azure and the Grafana dashboard ask for metrics and attributes that the service has.</summary>
public sealed partial class DashboardTests
{
    private static readonly Lazy<HashSet<string>> Attributes = new(() =>
        [.. Named().Matches(RepositoryFiles.Text("docs/telemetry.md")).Select(match => match.Groups["name"].Value)]);

    [Fact]
    public void EveryMetricOfTheWorkbook_IsAnInstrumentOfTheFunctionsApp()
    {
        using var app = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddLogging()
            .AddStreamChecker()
            .BuildServiceProvider();
        _ = app.GetRequiredService<StreamTelemetry>();
        var instruments = InstrumentsOf(app).Select(instrument => instrument.Name).ToList();
        var asked = WorkbookQueries().SelectMany(query => MetricName().Matches(query)).Select(match => match.Groups["name"].Value).ToList();

        Assert.NotEmpty(asked);
        Assert.All(asked, name => Assert.Contains(name, instruments));
    }

    [Fact]
    public void EveryAttributeOfTheWorkbook_IsDocumented()
    {
        var asked = WorkbookQueries().SelectMany(query => Dimension().Matches(query)).Select(match => match.Groups["name"].Value).ToList();

        Assert.NotEmpty(asked);
        Assert.All(asked, name => Assert.Contains(name, Attributes.Value));
    }

    [BicepFact]
    public void Workbook_IsDeployedWithTheResourcesThatItAsks()
    {
        var deployment = PredictedDeployment.OfDefaults;
        var properties = deployment.Only("Microsoft.Insights/workbooks")["properties"]!;
        var insights = (string)deployment.Only("Microsoft.Insights/components")["id"]!;
        var content = JsonNode.Parse((string)properties["serializedData"]!)!;

        Assert.Equal(insights, (string?)properties["sourceId"]);
        Assert.Equal([insights], content["fallbackResourceIds"]!.AsArray().Select(id => (string?)id));
        Assert.Equal(
            [(string?)deployment.Only("Microsoft.DocumentDB/databaseAccounts")["id"]],
            content["items"]!.AsArray()
                .Where(item => item!["content"]!["resourceIds"] is not null)
                .SelectMany(item => item!["content"]!["resourceIds"]!.AsArray())
                .Select(id => (string?)id));
    }

    [Fact]
    public async Task EverySeriesAndLabelOfTheGrafanaDashboard_IsOneThatTheServersMetricsBecome()
    {
        await using var server = new StreamServer();
        var client = server.CreateClient();
        var labels = Attributes.Value.Select(PrometheusName).ToHashSet();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, itself) =>
        {
            if (instrument.Meter.Scope == server.Services.GetRequiredService<IMeterFactory>() && instrument.Name == "http.server.request.duration")
            {
                itself.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, _, attributes, _) =>
        {
            foreach (var attribute in attributes)
            {
                lock (labels)
                {
                    labels.Add(PrometheusName(attribute.Key));
                }
            }
        });
        listener.Start();
        await client.StartAsync("anna");
        var series = InstrumentsOf(server.Services).SelectMany(SeriesOf).ToHashSet();

        var expressions = JsonNode.Parse(RepositoryFiles.Text("infra/grafana/stream-checker.json"))!["panels"]!.AsArray()
            .SelectMany(panel => panel!["targets"]!.AsArray())
            .Select(target => (string)target!["expr"]!)
            .ToList();
        var asked = expressions.SelectMany(expression => PrometheusIdentifier().Matches(expression)).Select(match => match.Value).ToList();

        Assert.All(expressions, expression => Assert.Contains(series, name => expression.Contains(name, StringComparison.Ordinal)));
        lock (labels)
        {
            Assert.All(asked, name => Assert.True(series.Contains(name) || labels.Contains(name), name));
        }
    }

    private static IEnumerable<string> WorkbookQueries() =>
        JsonNode.Parse(RepositoryFiles.Text("infra/workbook.json"))!["items"]!.AsArray()
            .Select(item => (string?)item!["content"]!["query"])
            .OfType<string>();

    private static List<Instrument> InstrumentsOf(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        var published = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == factory)
            {
                published.Add(instrument);
            }
        };
        listener.Start();
        return published;
    }

    /// <summary>https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#otlp-metric-points-to-prometheus</summary>
    private static IEnumerable<string> SeriesOf(Instrument instrument)
    {
        var name = PrometheusName(instrument.Name) + instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var kind = instrument.GetType().Name;
        return kind.Contains("Histogram", StringComparison.Ordinal) ? [$"{name}_bucket", $"{name}_sum", $"{name}_count"]
            : kind.Contains("UpDown", StringComparison.Ordinal) || kind.Contains("Gauge", StringComparison.Ordinal) ? [name]
            : [$"{name}_total"];
    }

    private static string PrometheusName(string name) => name.Replace('.', '_');

    [GeneratedRegex(@"`(?<name>stream_checker\.\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"name == ""(?<name>[^""]+)""")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"customDimensions\[""(?<name>[^""]+)""\]")]
    private static partial Regex Dimension();

    [GeneratedRegex(@"\b(stream_checker|http)_\w+")]
    private static partial Regex PrometheusIdentifier();
}
