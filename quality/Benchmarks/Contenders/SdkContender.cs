using System.Text.RegularExpressions;
using InProcessCosmos.Gateway;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>Ours through the Cosmos DB SDK: one Server with the SDK in front of another one's gateway.</summary>
internal sealed partial class SdkContender() : Contender("sdk", "Stream Checker, Cosmos DB SDK over the gateway")
{
    public override string Version => $"{OwnVersion}, Microsoft.Azure.Cosmos {Installed.Package("Microsoft.Azure.Cosmos")}";

    public override async Task StartAsync(SeedSize size, Action<double> progress, CancellationToken cancellationToken)
    {
        await EmbeddedSeed.WriteAsync(Data.Path, size, progress);
        var gateway = await RunServerAsync(("StreamChecker__DataPath", Data.Path), ("StreamChecker__CosmosGateway__Port", "0"));
        var endpoint = GatewayLine().Match(gateway.Output) is { Success: true } line
            ? line.Value
            : throw new InvalidOperationException($"The gateway did not say where it listens: {gateway.Output}");
        await RunServerAsync(
            ("StreamChecker__Cosmos__ConnectionString", $"AccountEndpoint={endpoint}/;AccountKey={CosmosGatewayOptions.EmulatorKey}"),
            ("COSMOS_DISABLE_IMDS_ACCESS", "true"));
    }

    [GeneratedRegex(@"(?<=gateway\D*)http://(127\.0\.0\.1|localhost):[0-9]+", RegexOptions.IgnoreCase)]
    private static partial Regex GatewayLine();
}
