using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;
using StreamChecker;
using StreamChecker.Cosmos;
using StreamChecker.Http;
using StreamChecker.Server;
using StreamChecker.Server.Embedded;

// Opened before anything can go wrong.
var errors = Console.Error;
if (CommandLine.Print(args) is { } answer)
{
    Console.WriteLine(answer);
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

    // Where it listens: loopback, unless somebody says otherwise. And how it ends.
    builder.ListenOnLoopbackByDefault();
    builder.KeepBuffersOfConnections();
    Stopping.AddTo(builder);

    // Who may call it.
    builder.AddKeyGuard();

    // The service, on Cosmos DB where the settings name an account, on the embedded engine where they do not. More calls at a time than
    // a disk's slowest sync can use up in one batch, and few enough to be done within the deadline.
    builder.Services.AddSingleton(new CallLimit(1024));
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

    // The same engine, as Cosmos DB's SDKs see it, on a port of its own where one is set.
    builder.AddCosmosGateway();

    // What it tells about itself.
    builder.AddTelemetry();
    builder.Logging.ExplainAlone();

    app = builder.Build();
    app.Services.GetRequiredService<Stopping>().Watch(app);

    // Whatever has no answer of its own gets a problem document.
    app.UseProblemResponses();
    app.UseKeyGuard();

    // The routes.
    app.MapStreamApi();

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
