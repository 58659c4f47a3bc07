using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Http;

/// <summary>
/// An evening of one household, with everything exported that the Server can export and every log enabled that an operator can
/// enable: no user is named.
/// </summary>
public sealed class PrivacyTests
{
    internal const string Household = "secret household";
    internal const string PlayerKey = "c2l4dGVlbiBieXRlcywgYW5kIHNpeHRlZW4gbW9yZS4=";

    private static readonly string[] Secrets = [Household, Uri.EscapeDataString(Household), "cartoon", "concert", "Tablet", "Laptop", "Kitchen", "Attic", "identifier of"];

    [Theory]
    [InlineData(Store.Embedded)]
    [InlineData(Store.Cosmos)]
    public async Task TheExportedSpansAndMetrics_NameNoUserAndNoStream(Store store)
    {
        var spans = new List<Activity>();
        var metrics = new List<MetricSnapshot>();
        IReadOnlyCollection<string> ids;
        await using (var server = new StreamServer()
            .On(store)
            .With("PlayerKeys", PlayerKey)
            .Set("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
            .With(services => services
                .ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddInMemoryExporter(spans))
                .ConfigureOpenTelemetryMeterProvider(metering => metering.AddInMemoryExporter(metrics))))
        {
            ids = await PlayAsync(server.CreateDefaultClient, server.Time.Advance);

            server.Services.GetRequiredService<TracerProvider>().ForceFlush();
            server.Services.GetRequiredService<MeterProvider>().ForceFlush();
        }

        // The last call's span may end after its response; the server's shutdown waits for it.
        var telemetry = spans.SelectMany(TextsOf).Concat(metrics.SelectMany(TextsOf)).ToList();
        Assert.Contains(spans, span => span.Source.Name == "Microsoft.AspNetCore" && Equals(span.GetTagItem("url.path"), "/stream-record/{id}/heartbeat"));
        Assert.Contains(spans, span => span.Source.Name == "Microsoft.AspNetCore" && Equals(span.GetTagItem("url.path"), "/player/{token}/heartbeat"));
        Assert.Contains(spans, span => span.Source.Name == StreamTelemetry.Name);
        Assert.True(store != Store.Cosmos || spans.Exists(span => span.Source.Name == "Azure.Cosmos.Operation"));
        Assert.Contains(metrics, metric => metric.Name == "http.server.request.duration");
        Assert.Contains(metrics, metric => metric.Name == "stream_checker.starts");
        AssertSilent(telemetry, ids);
    }

    [Theory]
    [InlineData("Logging:LogLevel:Microsoft.AspNetCore")]
    [InlineData("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics")]
    [InlineData("Logging:Fake:LogLevel:Default")]
    public async Task TheServersLogAboveDebug_NamesNoUserAndNoStream(string setting)
    {
        await using var server = new StreamServer()
            .With("PlayerKeys", PlayerKey)
            .Set("Logging:LogLevel:Default", "Information")
            .Set(setting, "Information")
            .With(services => services.AddLogging(logging => logging.AddFakeLogging()));

        var ids = await PlayAsync(server.CreateDefaultClient, server.Time.Advance);

        AssertSilent(Logged(server.Services), ids);
    }

    private static async Task<IReadOnlyCollection<string>> PlayAsync(Func<DelegatingHandler[], HttpClient> connect, Action<TimeSpan> advance)
    {
        var ids = new RecordIds();
        await new HouseholdEvening(connect([ids]), Household, span =>
        {
            advance(span);
            return Task.CompletedTask;
        }).PlayAsync();

        // IDs of this household have 55 characters, tokens 96.
        Assert.Equal([55, 96], ids.Seen.Select(id => id.Length).Distinct().Order());
        return ids.Seen;
    }

    private static List<string> Logged(IServiceProvider services)
    {
        var records = services.GetFakeLogCollector().GetSnapshot().Where(record => record.Level > LogLevel.Debug).ToList();
        Assert.NotEmpty(records);
        return
        [
            .. records.SelectMany(record => new[] { record.Message, record.Exception?.ToString() }
                .Concat(record.StructuredState?.Select(pair => pair.Value) ?? [])
                .Concat(record.Scopes.SelectMany(TextsOfScope))).OfType<string>(),
        ];
    }

    private static IEnumerable<string?> TextsOfScope(object? scope) =>
        scope is IEnumerable<KeyValuePair<string, object?>> pairs ? pairs.Select(pair => pair.Value?.ToString()).Append(scope.ToString()) : [scope?.ToString()];

    internal static void AssertSilent(IReadOnlyCollection<string> texts, IEnumerable<string> ids)
    {
        Assert.NotEmpty(texts);
        foreach (var secret in Secrets.Concat(ids))
        {
            Assert.DoesNotContain(texts, text => text.Contains(secret, StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> TextsOf(Activity span) => span.TagObjects
        .Concat(span.Events.SelectMany(happening => happening.Tags))
        .SelectMany(tag => new[] { tag.Key, tag.Value?.ToString() ?? "" })
        .Concat(span.Baggage.Select(item => item.Value ?? ""))
        .Append(span.DisplayName)
        .Append(span.StatusDescription ?? "");

    private static IEnumerable<string> TextsOf(MetricSnapshot metric)
    {
        foreach (var point in metric.MetricPoints)
        {
            foreach (var (key, value) in point.Tags)
            {
                yield return $"{key}={value}";
            }
        }
    }
}
