using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace StreamChecker.Server.Metrics;

/// <summary>
/// The metrics that <c>GET /metrics</c> returns. Nothing is measured before the first request to it, so that a Server that is never
/// scraped does not pay for it; a counter of Prometheus may begin at any time.
/// </summary>
internal sealed class ScrapedMetrics(IMeterFactory meters) : IDisposable
{
    private const string Requests = "Microsoft.AspNetCore.Hosting";

    private readonly Lock gate = new();
    private readonly PrometheusText text = new();
    private MeterProvider? provider;

    /// <summary>Measures from now on, if it has not yet.</summary>
    public string Collect()
    {
        lock (gate)
        {
            provider ??= Sdk.CreateMeterProviderBuilder()
                .AddMeter(StreamTelemetry.Name, Requests)
                // Instruments of this Server only, where several run in one process.
                .AddView(instrument => ReferenceEquals(instrument.Meter.Scope, meters) ? null : MetricStreamConfiguration.Drop)
                .AddReader(new BaseExportingMetricReader(text))
                .Build();
            provider.ForceFlush();
            return text.Last;
        }
    }

    public void Dispose() => provider?.Dispose();
}

/// <summary>The route of the metrics.</summary>
internal static class MetricsRoute
{
    public const string Path = "/metrics";

    /// <summary>For Prometheus, which is no client of the API: it is not in the contract. It needs the same key.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        var metrics = routes.ServiceProvider.GetRequiredService<ScrapedMetrics>();
        routes.MapMethods(Path, [HttpMethods.Get, HttpMethods.Head], (HttpResponse response) =>
        {
            response.Headers.CacheControl = "no-store";
            return TypedResults.Text(metrics.Collect(), PrometheusText.ContentType);
        }).ExcludeFromDescription();
    }
}
