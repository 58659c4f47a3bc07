using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using StreamChecker;
using StreamChecker.Cosmos;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// At Information the frameworks would send the host several messages a request. host.json speaks to the host alone.
builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);

// The service, on Cosmos DB: without its settings the app does not start, and says which are missing.
builder.Services.AddStreamChecker();
builder.Services.AddCosmosStreamPartitions();

// What the service tells about itself, by OTLP where the settings say where to. Where they do not, the host passes the app's
// logs on; the worker's defaults would tell it not to.
if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
{
    builder.Services.AddOpenTelemetry()
        .UseFunctionsWorkerDefaults()
        .WithTracing(tracing => tracing.AddSource(StreamTelemetry.Name))
        .WithMetrics(metrics => metrics.AddMeter(StreamTelemetry.Name))
        .UseOtlpExporter();
}

var app = builder.Build();
await app.Services.ProvisionStreamPartitionsAsync(CancellationToken.None);
await app.RunAsync();
