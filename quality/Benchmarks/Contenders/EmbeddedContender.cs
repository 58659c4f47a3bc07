using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>Ours: the Server on its embedded engine; every response is durable.</summary>
internal sealed class EmbeddedContender() : Contender("ours", "Stream Checker, embedded")
{
    public override string Version => OwnVersion;

    public override async Task StartAsync(SeedSize size, Action<double> progress, CancellationToken cancellationToken)
    {
        await EmbeddedSeed.WriteAsync(Data.Path, size, progress);
        await RunServerAsync(("StreamChecker__DataPath", Data.Path));
    }

    /// <summary><c>kill -9</c>, and the Server once more on what is left.</summary>
    public async Task KillAndStartAgainAsync()
    {
        await EndAsync();
        await RunServerAsync(("StreamChecker__DataPath", Data.Path));
    }
}
