using System.Diagnostics;
using System.Net.Sockets;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StreamChecker.Server.Metrics;

namespace StreamChecker.Server;

/// <summary>Metrics to scrape; and traces and metrics by OTLP, if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
internal static class Telemetry
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "stream-checker";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ScrapedMetrics>();
        if (string.IsNullOrEmpty(builder.Configuration[Endpoint]))
        {
            return;
        }

        builder.Services.AddHostedService<CollectorCheck>();
        if (!CollectorCheck.IsAddress(builder.Configuration[Endpoint]))
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation()
                .AddSource([.. StreamTelemetry.ActivitySources])
                .AddProcessor(new RedactSpanUrls()))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddMeter(StreamTelemetry.Name))
            .UseOtlpExporter();
    }
}

/// <summary>
/// Removes the path and the query from every span: an ID in a path encodes the user ID, and a query contains it. The route template
/// identifies the call.
/// </summary>
internal sealed class RedactSpanUrls : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.SetTag("url.query", null);
        data.SetTag("url.full", null);
        if (data.GetTagItem("url.path") is not null)
        {
            data.SetTag("url.path", data.GetTagItem("http.route"));
        }
    }
}

/// <summary>
/// Checks once whether the collector of traces and metrics is reachable, since the exporter logs nothing. The service works without a
/// collector.
/// </summary>
internal sealed class CollectorCheck(IConfiguration configuration, ILogger<CollectorCheck> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static bool IsAddress(string? value) => Uri.TryCreate(value, UriKind.Absolute, out var address) && IsHttp(address);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var value = configuration[Telemetry.Endpoint]!;
        if (!Uri.TryCreate(value, UriKind.Absolute, out var address) || !IsHttp(address))
        {
            logger.LogNoCollectorAddress(Telemetry.Endpoint, value);
            return;
        }

        try
        {
            using var connection = new TcpClient();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(Patience);
            await connection.ConnectAsync(address.Host, address.Port, patience.Token);
        }
        catch (SocketException away)
        {
            logger.LogCollectorAway(address.GetLeftPart(UriPartial.Authority), Telemetry.Endpoint, away.Message);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            logger.LogCollectorAway(address.GetLeftPart(UriPartial.Authority), Telemetry.Endpoint, $"it did not respond within {Patience.TotalSeconds:0} s");
        }
    }

    private static bool IsHttp(Uri address) => address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;
}
