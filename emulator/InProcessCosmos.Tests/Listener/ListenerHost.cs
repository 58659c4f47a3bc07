using System.Net;
using System.Net.Sockets;
using InProcessCosmos.Execution;
using InProcessCosmos.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InProcessCosmos.Tests.Listener;

/// <summary>A host whose only service is the gateway's listener.</summary>
internal static class ListenerHost
{
    public static Uri Address(IHost host) => new($"http://127.0.0.1:{host.Services.GetRequiredService<IOptions<CosmosGatewayOptions>>().Value.Port}/");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task<IHost> StartAsync(DirectoryInfo folder, int? port = null, string key = CosmosGatewayOptions.EmulatorKey)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton(_ => DocumentEngine.Open(new() { DataPath = folder.FullName }));
        builder.Services.Configure<CosmosGatewayOptions>(options => (options.Port, options.Key) = (port ?? FreePort(), key));
        builder.Services.AddCosmosGateway();
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
