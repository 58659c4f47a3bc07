using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Gateway;

/// <summary><c>streams.js</c> as an app runs it: through the real SDK.</summary>
public sealed class StreamsProcedureTests : IAsyncLifetime
{
    private readonly PartitionInCosmos account = new();

    private Container Streams => account.Container;

    public Task InitializeAsync() => account.StartAsHostAsync();

    public Task DisposeAsync() => account.DisposeAsync().AsTask();

    [Fact]
    public async Task AStart_IsAdmittedUpToTheLimit_AndThenRejected()
    {
        Assert.Equal("admitted", await StartAsync("00"));
        Assert.Equal("admitted", await StartAsync("01"));
        Assert.Equal("limitReached", await StartAsync("02"));
    }

    [Fact]
    public async Task AnAdmittedStart_IsADocumentUnderItsKey()
    {
        await StartAsync("00");

        var record = await Streams.ReadItemAsync<Dictionary<string, object?>>("00", new PartitionKey("anna"));
        var user = await Streams.ReadItemAsync<Dictionary<string, object?>>("user", new PartitionKey("anna"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (record.StatusCode, user.StatusCode));
        Assert.Equal(("film", 690L), (record.Resource["streamId"], record.Resource["ttl"]));
        Assert.False(user.Resource.ContainsKey("ttl"));
    }

    [Fact]
    public async Task ThingsThatFindNothing_MakeNoDocument()
    {
        Assert.Equal("stopped", await ExecuteAsync(new { op = "stopAll", userId = "anna", operationId = "1" }));
        Assert.Equal("limitSet", await ExecuteAsync(new { op = "setLimit", userId = "anna", operationId = "2", change = new { limit = new { } } }));

        using var ids = Streams.GetItemQueryIterator<string>("SELECT VALUE c.id FROM c", requestOptions: new() { PartitionKey = new("anna") });
        Assert.Empty(await ids.ReadNextAsync());
    }

    private Task<string?> StartAsync(string key) =>
        ExecuteAsync(new { op = "start", userId = "anna", key, streamId = "film", leaseMs = 90_000, plan = new { name = "default", rules = new[] { new { name = "streams", limit = 2 } } } });

    private async Task<string?> ExecuteAsync(object command)
    {
        using var response = await Streams.Scripts.ExecuteStoredProcedureStreamAsync(
            StreamsProcedure.Id, new PartitionKey("anna"), [command]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var body = await JsonDocument.ParseAsync(response.Content);
        return body.RootElement.GetProperty("outcome").GetString();
    }
}
