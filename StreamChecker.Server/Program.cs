using StreamChecker;
using StreamChecker.Cosmos;
using StreamChecker.Embedded;
using StreamChecker.Server;

try
{
    var builder = WebApplication.CreateBuilder(ServerSettings.Options(args));

    // Where it listens: loopback, unless somebody says otherwise.
    builder.ListenOnLoopbackByDefault();
    builder.KeepBuffersOfConnections();

    // Who may call it.
    builder.AddKeyGuard();

    // The service, on Cosmos DB where the settings name an account, on the embedded engine where they do not.
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

    var app = builder.Build();

    // Whatever has no answer of its own gets a problem document.
    app.UseProblemAnswers();
    app.UseKeyGuard();
    app.UseLoadShedding();

    // The routes.
    app.MapStreamApi();

    // The store, before the first call. Cosmos DB starts with the host.
    if (!inCosmos)
    {
        app.Logger.LogDataFolder(app.Services.OpenDataFolder());
    }

    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (StartFailure.Explain(failure) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return 1;
}
