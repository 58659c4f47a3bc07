using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;
using StreamChecker;
using StreamChecker.Cosmos;
using StreamChecker.Http;
using StreamChecker.Server;
using StreamChecker.Server.Embedded;
using StreamChecker.Server.Metrics;

// Opened before anything can fail.
var errors = Console.Error;
if (CommandLine.Print(args) is { } text)
{
    Console.WriteLine(text);
    return 0;
}

WebApplicationBuilder? builder = null;
WebApplication app;
try
{
    OpenFiles.Check();
    CommandLine.Check(args);
    builder = WebApplication.CreateBuilder(ServerSettings.Options(args));
    builder.LogLinesWithTime();
    KnownSettings.Check(builder.Configuration);

    // The addresses (loopback by default), and the shutdown.
    builder.ListenOnLoopbackByDefault();
    builder.KeepBuffersOfConnections();
    Stopping.AddTo(builder);

    // Authentication.
    builder.AddKeyGuard();

    // The service, on Cosmos DB if configured, otherwise on the embedded engine.
    builder.Services.AddSingleton(new CallLimit(EmbeddedServices.MostCalls));
    builder.Services.Configure<StreamCheckerOptions>(defaults => defaults.Console = defaults.Demo = true);
    builder.Services.AddStreamChecker();
    var inCosmos = CosmosOptions.IsConfigured(builder.Configuration);
    if (inCosmos)
    {
        builder.Services.AddCosmosStreamPartitions();
    }
    else
    {
        builder.Services.AddEmbeddedStreamPartitions();
    }

    // The Cosmos DB gateway over the same engine, on its own port, if configured.
    builder.AddCosmosGateway();

    // Telemetry and logging.
    builder.AddTelemetry();
    builder.Logging.ExplainAlone();

    app = builder.Build();
    app.Services.GetRequiredService<Stopping>().Watch(app);

    // Responses without a body get a problem document.
    app.UseProblemResponses();
    app.UseKeyGuard();

    // The routes.
    app.MapStreamApi();
    app.MapMetrics();

    // The store, before the first call. Cosmos DB starts with the host.
    string store;
    if (inCosmos)
    {
        store = $"Cosmos DB at {app.Services.GetRequiredService<CosmosClient>().Endpoint}";
    }
    else
    {
        store = $"the embedded engine in {app.Services.OpenDataFolder()}";
    }

    await app.StartAsync();
    app.LogStarted(store);
}
catch (Exception failure) when (failure is not HostAbortedException)
{
    await errors.WriteLineAsync(StartupErrors.Explain(failure, builder?.Configuration));
    return 1;
}

await app.WaitForShutdownAsync();
await app.DisposeAsync();
return 0;
