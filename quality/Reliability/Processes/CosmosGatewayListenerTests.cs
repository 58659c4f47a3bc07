using System.Net;
using System.Text.Json;
using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Processes;

/// <summary>The Server's Cosmos DB gateway over a real port, with the real SDK in front of it.</summary>
public sealed class CosmosGatewayListenerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheSdk_SeesWhatTheServerDoes_AndTheServerWhatTheSdkDoes()
    {
        await using var server = await StartAsync();
        using var http = server.CreateClient();
        using var cosmos = Connect(server);
        var started = await http.StartAsync("anna", "film");
        Assert.Equal(HttpStatusCode.Created, started.Status);

        var container = cosmos.GetContainer(StreamsContainer.Database, StreamsContainer.Id);
        Assert.True(StreamRecordId.TryParse(started.Id, out var id));
        var record = await container.ReadItemAsync<Dictionary<string, object?>>(id.Key.ToString(), new("anna"));
        Assert.Equal("film", record.Resource["streamId"]);

        var command = new { op = "stop", userId = "anna", key = record.Resource["id"], startedAt = record.Resource["startedAt"] };
        using var response = await container.Scripts.ExecuteStoredProcedureStreamAsync(StreamsProcedure.Id, new PartitionKey("anna"), [command]);
        using var body = await JsonDocument.ParseAsync(response.Content);
        Assert.Equal("stopped", body.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(0, (await http.ListAsync("anna")).Number("active"));
    }

    [Fact]
    public async Task ADatabaseOfItsOwn_OutlivesTheProcess()
    {
        await using (var first = await StartAsync())
        {
            using var cosmos = Connect(first);
            Database database = await cosmos.CreateDatabaseAsync("shop");
            Container made = await database.CreateContainerAsync("items", "/userId");
            await made.CreateItemAsync(new { id = "Ärger & 1%", userId = "anna", text = new string('ä', 500_000) });
            await first.KillAsync();
        }

        await using var second = await StartAsync();
        using var again = Connect(second);
        var container = again.GetContainer("shop", "items");

        Assert.Equal(HttpStatusCode.OK, (await container.ReadItemAsync<object>("Ärger & 1%", new("anna"))).StatusCode);
        using var feed = container.GetItemQueryIterator<string>("SELECT VALUE c.id FROM c ORDER BY c.id", requestOptions: new() { PartitionKey = new("anna") });
        Assert.Equal(["Ärger & 1%"], await feed.ReadNextAsync());
    }

    [Fact]
    public async Task TheGateway_HasNothingOfTheServer()
    {
        await using var server = await StartAsync();
        using var http = new HttpClient { BaseAddress = server.Gateway };

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/health/live")).StatusCode);
    }

    [Theory]
    [InlineData("Port", "70000", "StreamChecker__CosmosGateway__Port must be a port")]
    [InlineData("Key", "not base64!", "StreamChecker__CosmosGateway__Key must be base64")]
    public async Task ASettingThatIsNone_IsNamed(string setting, string value, string message)
    {
        var (exitCode, output) = await ServerProcess.FailAsync(
            folder.Path,
            ("StreamChecker__CosmosGateway__Port", "0"),
            ($"StreamChecker__CosmosGateway__{setting}", value));

        Assert.Equal(1, exitCode);
        Assert.Contains(message, output, StringComparison.Ordinal);
    }

    private static CosmosClient Connect(ServerProcess server) =>
        new(server.Gateway.AbsoluteUri, CosmosGatewayOptions.EmulatorKey, new() { ConnectionMode = ConnectionMode.Gateway });

    private Task<ServerProcess> StartAsync() => ServerProcess.StartAsync(folder.Path, ("StreamChecker__CosmosGateway__Port", "0"));
}
