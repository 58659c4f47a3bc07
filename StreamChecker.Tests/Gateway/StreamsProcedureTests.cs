using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using StreamChecker.Partitions;

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
    public async Task AnAdmittedStart_IsADocumentInItsSlot()
    {
        var container = await account.StreamsAsync();
        await StartAsync(container, "00");

        var slot = await container.ReadItemAsync<Dictionary<string, object?>>("0", new PartitionKey("anna"));

        Assert.Equal(HttpStatusCode.OK, slot.StatusCode);
        Assert.Equal("00", slot.Resource["recordId"]);
        Assert.Equal(690L, slot.Resource["ttl"]);
    }

    private static async Task<string?> StartAsync(Container container, string recordId)
    {
        var command = new { op = "start", userId = "anna", recordId, streamId = "film", leaseMs = 90_000, defaultLimit = 2 };
        using var response = await container.Scripts.ExecuteStoredProcedureStreamAsync(
            StreamsProcedure.Id, new PartitionKey("anna"), [command]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var body = await JsonDocument.ParseAsync(response.Content);
        return body.RootElement.GetProperty("outcome").GetString();
    }
}
