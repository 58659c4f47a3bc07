using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamChecker;
using StreamChecker.Cosmos;
using StreamChecker.Functions;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// At Information the frameworks would send the host several messages a request. host.json speaks to the host alone.
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);

// The service, on Cosmos DB: without its settings the app does not start, and says which are missing.
builder.Services.AddStreamChecker();
builder.Services.AddCosmosStreamPartitions();

// Telemetry, to every endpoint that the settings name.
builder.AddTelemetry();

await builder.Build().RunAsync();
