using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using StreamChecker;
using StreamChecker.Cosmos;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// The service, on Cosmos DB: without its settings the app does not start, and says which are missing.
builder.Services.AddStreamChecker();
builder.Services.AddCosmosStreamPartitions();

// What the service tells about itself, through the worker to the host.
var telemetry = builder.Services.AddOpenTelemetry()
    .UseFunctionsWorkerDefaults()
    .WithTracing(tracing => tracing.AddSource(StreamTelemetry.Name))
    .WithMetrics(metrics => metrics.AddMeter(StreamTelemetry.Name));
if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
{
    telemetry.UseOtlpExporter();
}

var app = builder.Build();
await app.Services.ProvisionStreamPartitionsAsync(CancellationToken.None);
await app.RunAsync();
