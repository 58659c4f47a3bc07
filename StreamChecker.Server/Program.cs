using StreamChecker;
using StreamChecker.Embedded;
using StreamChecker.Server;

try
{
    var builder = WebApplication.CreateBuilder(ServerSettings.Options(args));

    // Where it listens: loopback, unless somebody says otherwise.
    builder.ListenOnLoopbackByDefault();

    // Who may call it.
    builder.AddKeyGuard();

    // The service, on the embedded engine.
    builder.Services.AddStreamChecker();
    builder.Services.AddEmbeddedStreamPartitions();

    var app = builder.Build();

    // Whatever has no answer of its own gets a problem document.
    app.UseProblemAnswers();
    app.UseKeyGuard();

    // The routes.
    app.MapStreamApi();

    app.Logger.LogDataFolder(app.Services.OpenDataFolder());
    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (StartFailure.Explain(failure) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return 1;
}
