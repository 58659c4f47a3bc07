using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>Kestrel alone: it reads the body and returns 201. No HTTP contender can be faster.</summary>
internal sealed class CeilingContender() : Contender("ceiling", "Kestrel alone, responding with 201")
{
    public override bool Counts => false;

    public override string Version => $"ASP.NET Core {Environment.Version}";

    public override Task StartAsync(SeedSize size, Action<double> progress, CancellationToken cancellationToken) => RunHostAsync("ceiling", "none");
}
