using System.Net;
using System.Net.Sockets;
using InProcessCosmos.Execution;
using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>The gateway on a port, in a host of its own.</summary>
public sealed class ListenerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("in-process-cosmos-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task ADocument_WrittenThroughThePort_OutlivesTheHost()
    {
        using (var first = await StartAsync())
        {
            using var cosmos = Connect(first);
            Database database = await cosmos.CreateDatabaseAsync("shop");
            Container items = await database.CreateContainerAsync("items", "/userId");
            await items.CreateItemAsync(new { id = "Ärger & 1%", userId = "anna", text = new string('ä', 500_000) });
            await first.StopAsync();
        }

        using var second = await StartAsync();
        using var again = Connect(second);
        using var feed = again.GetContainer("shop", "items").GetItemQueryIterator<string>(
            "SELECT VALUE c.id FROM c ORDER BY c.id", requestOptions: new() { PartitionKey = new("anna") });
        Assert.Equal(["Ärger & 1%"], await feed.ReadNextAsync());
    }

    [Fact]
    public async Task TheListener_RespondsToLoopbackNamesAlone_AndToSignedRequests()
    {
        using var host = await StartAsync();
        using var http = new HttpClient { BaseAddress = Address(host) };

        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "attacker.example" } };
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await http.SendAsync(rebound)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/")).StatusCode);
        using var huge = new HttpRequestMessage(HttpMethod.Post, "/dbs")
        {
            Content = new ByteArrayContent(new byte[CosmosGateway.MaxBodyBytes + 1]),
            Headers = { ExpectContinue = true },
        };
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await http.SendAsync(huge)).StatusCode);
    }

    [Theory]
    [InlineData(70_000, CosmosGatewayOptions.EmulatorKey, "needs a port")]
    [InlineData(0, "not base64!", "must be base64")]
    public async Task AnInvalidSetting_KeepsTheHostFromStarting(int port, string key, string message)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(port, key));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHandler_WithAnInvalidKey_IsNotMade() =>
        Assert.Throws<ArgumentException>(() => new CosmosGatewayHandler(null!, "not base64!"));

    private static CosmosClient Connect(IHost host) =>
        new(Address(host).AbsoluteUri, CosmosGatewayOptions.EmulatorKey, new() { ConnectionMode = ConnectionMode.Gateway });

    private static Uri Address(IHost host) => new($"http://127.0.0.1:{host.Services.GetRequiredService<IOptions<CosmosGatewayOptions>>().Value.Port}/");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<IHost> StartAsync(int? port = null, string key = CosmosGatewayOptions.EmulatorKey)
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
