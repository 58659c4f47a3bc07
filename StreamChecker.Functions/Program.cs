using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamChecker;
using StreamChecker.Cosmos;
using StreamChecker.Functions;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// At Information the frameworks would send the host several messages per request. host.json applies to the host only.
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);

// The service, on Cosmos DB. Without its settings the app does not start, and names the missing ones.
builder.Services.AddStreamChecker();
builder.Services.AddCosmosStreamPartitions();

// Telemetry, to every configured endpoint.
builder.AddTelemetry();

await builder.Build().RunAsync();
