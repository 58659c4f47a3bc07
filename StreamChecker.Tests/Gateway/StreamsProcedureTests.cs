using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Gateway;

/// <summary><c>streams.js</c> as an app runs it: through the real SDK.</summary>
public sealed class StreamsProcedureTests : IAsyncDisposable
{
    private readonly CosmosGatewayAccount account = new();

    public ValueTask DisposeAsync() => account.DisposeAsync();

    [Fact]
    public async Task AStart_IsAdmittedUpToTheLimit_AndThenRefused()
    {
        var container = await account.StreamsAsync();

        Assert.Equal("admitted", await StartAsync(container, "00"));
        Assert.Equal("admitted", await StartAsync(container, "01"));
        Assert.Equal("limitReached", await StartAsync(container, "02"));
    }

    [Fact]
    public async Task AnAdmittedStart_IsADocumentUnderItsKey()
    {
        var container = await account.StreamsAsync();
        await StartAsync(container, "00");

        var record = await container.ReadItemAsync<Dictionary<string, object?>>("00", new PartitionKey("anna"));
        var user = await container.ReadItemAsync<Dictionary<string, object?>>("user", new PartitionKey("anna"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (record.StatusCode, user.StatusCode));
        Assert.Equal(("film", 690L), (record.Resource["streamId"], record.Resource["ttl"]));
        Assert.False(user.Resource.ContainsKey("ttl"));
    }

    [Fact]
    public async Task ThingsThatFindNothing_MakeNoDocument()
    {
        var container = await account.StreamsAsync();

        Assert.Equal("stopped", await ExecuteAsync(container, new { op = "stopAll", userId = "anna", operationId = "1" }));
        Assert.Equal("limitSet", await ExecuteAsync(container, new { op = "setLimit", userId = "anna", operationId = "2", defaultLimit = 2 }));

        using var ids = container.GetItemQueryIterator<string>("SELECT VALUE c.id FROM c", requestOptions: new() { PartitionKey = new("anna") });
        Assert.Empty(await ids.ReadNextAsync());
    }

    private static Task<string?> StartAsync(Container container, string key) =>
        ExecuteAsync(container, new { op = "start", userId = "anna", key, streamId = "film", leaseMs = 90_000, defaultLimit = 2 });

    private static async Task<string?> ExecuteAsync(Container container, object command)
    {
        using var response = await container.Scripts.ExecuteStoredProcedureStreamAsync(
            StreamsProcedure.Id, new PartitionKey("anna"), [command]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var body = await JsonDocument.ParseAsync(response.Content);
        return body.RootElement.GetProperty("outcome").GetString();
    }
}
