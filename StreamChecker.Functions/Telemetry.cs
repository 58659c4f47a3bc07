using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using StreamChecker.Cosmos;

namespace StreamChecker.Functions;

/// <summary>
/// Sends metrics, spans and logs to Application Insights, by OTLP, or both, if their endpoints are configured.
/// The Functions host reads the same settings for its own telemetry.
/// </summary>
internal static class Telemetry
{
    private const string ApplicationInsightsSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string AuthenticationSetting = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this FunctionsApplicationBuilder builder)
    {
        var toApplicationInsights = !string.IsNullOrWhiteSpace(builder.Configuration[ApplicationInsightsSetting]);
        var byOtlp = !string.IsNullOrWhiteSpace(builder.Configuration[OtlpSetting]);
        if (!toApplicationInsights && !byOtlp)
        {
            // The host forwards the app's logs; with the worker defaults it would not.
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .WithTracing(tracing => tracing.AddSource([.. StreamTelemetry.ActivitySources]))
            .WithMetrics(metrics => metrics.AddMeter(StreamTelemetry.Name));
        if (byOtlp)
        {
            telemetry.UseOtlpExporter();
        }

        if (toApplicationInsights)
        {
            var credential = Credential(builder.Configuration[AuthenticationSetting]);
            telemetry.UseAzureMonitorExporter();

            // After the exporter, which reads its settings (such as sampling) only if it is the first to configure these options.
            builder.Services.Configure<AzureMonitorExporterOptions>(options =>
            {
                options.Credential = credential;

                // Warnings and errors are few, and needed even if their trace was not sampled.
                options.EnableTraceBasedLogsSampler = false;

                // The host sends its own Live Metrics.
                options.EnableLiveMetrics = false;
            });
        }
    }

    private static TokenCredential? Credential(string? authentication)
    {
        if (string.IsNullOrWhiteSpace(authentication))
        {
            return null;
        }

        var parts = authentication.Split(';', StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2))
            .ToLookup(part => part[0], part => part[^1], StringComparer.OrdinalIgnoreCase);
        return parts["Authorization"].Contains("AAD", StringComparer.OrdinalIgnoreCase)
            ? CosmosClients.Credential(parts["ClientId"].LastOrDefault())
            : throw new InvalidOperationException(
                $"{AuthenticationSetting} must be Authorization=AAD, with ClientId=<client ID> for a user-assigned identity.");
    }
}
