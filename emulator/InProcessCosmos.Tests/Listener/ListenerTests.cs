using System.Net;
using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace InProcessCosmos.Tests.Listener;

/// <summary>The gateway on a port, in a host of its own.</summary>
public sealed class ListenerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("in-process-cosmos-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task ADocument_WrittenThroughThePort_OutlivesTheHost()
    {
        using (var first = await ListenerHost.StartAsync(folder))
        {
            using var cosmos = Connect(first);
            Database database = await cosmos.CreateDatabaseAsync("shop");
            Container items = await database.CreateContainerAsync("items", "/userId");
            await items.CreateItemAsync(new { id = "Ärger & 1%", userId = "anna", text = new string('ä', 500_000) });
            await first.StopAsync();
        }

        using var second = await ListenerHost.StartAsync(folder);
        using var again = Connect(second);
        using var feed = again.GetContainer("shop", "items").GetItemQueryIterator<string>(
            "SELECT VALUE c.id FROM c ORDER BY c.id", requestOptions: new() { PartitionKey = new("anna") });
        Assert.Equal(["Ärger & 1%"], await feed.ReadNextAsync());
    }

    [Fact]
    public async Task TheListener_RespondsToLoopbackNamesAlone_AndToSignedRequests()
    {
        using var host = await ListenerHost.StartAsync(folder);
        using var http = new HttpClient { BaseAddress = ListenerHost.Address(host) };

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
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => ListenerHost.StartAsync(folder, port, key));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHandler_WithAnInvalidKey_IsNotMade() =>
        Assert.Throws<ArgumentException>(() => new CosmosGatewayHandler(null!, "not base64!"));

    private static CosmosClient Connect(IHost host) =>
        new(ListenerHost.Address(host).AbsoluteUri, CosmosGatewayOptions.EmulatorKey, new() { ConnectionMode = ConnectionMode.Gateway });
}
