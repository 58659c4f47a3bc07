using System.Net.Sockets;

namespace StreamChecker.Server;

/// <summary>
/// Looks once whether the collector of traces and metrics can be reached. The exporter itself says nothing in any log, at the start or
/// later; the service works without it.
/// </summary>
internal sealed class CollectorCheck(IConfiguration configuration, ILogger<CollectorCheck> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static bool IsAddress(string? value) => Uri.TryCreate(value, UriKind.Absolute, out var address) && IsHttp(address);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var value = configuration[Telemetry.Endpoint]!;
        if (!Uri.TryCreate(value, UriKind.Absolute, out var address) || !IsHttp(address))
        {
            logger.LogNoCollectorAddress(Telemetry.Endpoint, value);
            return;
        }

        try
        {
            using var connection = new TcpClient();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(Patience);
            await connection.ConnectAsync(address.Host, address.Port, patience.Token);
        }
        catch (SocketException away)
        {
            logger.LogCollectorAway(address.GetLeftPart(UriPartial.Authority), Telemetry.Endpoint, away.Message);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            logger.LogCollectorAway(address.GetLeftPart(UriPartial.Authority), Telemetry.Endpoint, $"it did not answer within {Patience.TotalSeconds:0} s");
        }
    }

    private static bool IsHttp(Uri address) => address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;
}
