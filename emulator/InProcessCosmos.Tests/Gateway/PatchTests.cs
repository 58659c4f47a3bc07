using System.Net;
using Microsoft.Azure.Cosmos;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>Partial updates, by https://learn.microsoft.com/azure/cosmos-db/partial-document-update.</summary>
public sealed class PatchTests : IAsyncLifetime
{
    private readonly CosmosGatewayAccount account = new();
    private Container container = null!;

    public async Task InitializeAsync()
    {
        container = await account.ContainerAsync();
        await container.AddProductsAsync();
    }

    public async Task DisposeAsync() => await account.DisposeAsync();

    [Fact]
    public async Task EachOperation_DoesWhatItSays()
    {
        var patched = await PatchAsync(
            "1",
            PatchOperation.Add("/color", "red"),
            PatchOperation.Add("/tags/1", "bright"),
            PatchOperation.Add("/tags/-", "last"),
            PatchOperation.Set("/tags/0", "house"),
            PatchOperation.Set("/stock/away", 7),
            PatchOperation.Replace("/name", "Lamp II"),
            PatchOperation.Remove("/sold"),
            PatchOperation.Increment("/price", 2.5),
            PatchOperation.Increment("/views", 1),
            PatchOperation.Move("/stock/there", "/there"));

        Assert.Equal(HttpStatusCode.OK, patched.StatusCode);
        Assert.Equal(
            """{"id":"1","userId":"anna","name":"Lamp II","price":22.5,"tags":["house","bright","light","last"],"stock":{"here":3,"away":7},"color":"red","views":1,"there":0}""",
            Assert.Single(await container.QueryAsync("SELECT * FROM c WHERE c.id = '1'")));
    }

    [Theory]
    [InlineData("from c where c.price = 20", HttpStatusCode.OK)]
    [InlineData("FROM c WHERE c.price > 20", HttpStatusCode.PreconditionFailed)]
    [InlineData("where", HttpStatusCode.BadRequest)]
    public async Task ACondition_DecidesWhetherAnythingIsDone(string condition, HttpStatusCode status)
    {
        using var response = await container.PatchItemStreamAsync(
            "1", new(Products.Owner), [PatchOperation.Set("/name", "new")], new PatchItemRequestOptions { FilterPredicate = condition });

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK ? "\"new\"" : "\"Lamp\"", Assert.Single(await container.QueryAsync("SELECT VALUE c.name FROM c WHERE c.id = '1'")));
    }

    [Fact]
    public async Task AnEtag_ThatIsStale_StopsIt()
    {
        using var response = await container.PatchItemStreamAsync(
            "1", new(Products.Owner), [PatchOperation.Set("/name", "new")], new PatchItemRequestOptions { IfMatchEtag = "\"stale\"" });

        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
    }

    public static TheoryData<string, PatchOperation> Impossible => new()
    {
        { "1", PatchOperation.Replace("/missing", 1) },
        { "1", PatchOperation.Remove("/missing") },
        { "1", PatchOperation.Remove("/tags/2") },
        { "1", PatchOperation.Add("/tags/3", 1) },
        { "1", PatchOperation.Add("/missing/name", 1) },
        { "1", PatchOperation.Add("/name/x", 1) },
        { "1", PatchOperation.Increment("/name", 1) },
        { "1", PatchOperation.Move("/missing", "/name") },
        { "1", PatchOperation.Set("/id", "7") },
        { "1", PatchOperation.Set("/userId", "bert") },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task AnOperation_ThatCannotBeDone_Is400_AndChangesNothing(string id, PatchOperation operation)
    {
        var before = await container.QueryAsync("SELECT * FROM c");

        using var response = await container.PatchItemStreamAsync(id, new(Products.Owner), [PatchOperation.Set("/first", 1), operation]);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(before, await container.QueryAsync("SELECT * FROM c"));
    }

    [Fact]
    public async Task ADocument_ThatIsMissing_Is404()
    {
        using var response = await container.PatchItemStreamAsync("7", new(Products.Owner), [PatchOperation.Set("/name", "new")]);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("[]", "1 to 10 operations")]
    [InlineData("""{"operations":[{"op":"copy","path":"/name"}]}""", "The patch operation 'copy' is not supported")]
    [InlineData("""{"operations":[{"op":"set","path":"/name"}]}""", "needs the member value")]
    [InlineData("""{"operations":[{"path":"/name"}]}""", "the members op and path")]
    [InlineData("""{"operations":[{"op":"set","path":"name","value":1}]}""", "is not of the form /name")]
    public async Task WhatIsNoPatch_IsRejectedByName(string body, string message)
    {
        var response = await account.CallAsync(HttpMethod.Patch, "dbs/shop/colls/items/docs/1", body, ("x-ms-documentdb-partitionkey", "[\"anna\"]"));

        Assert.Equal(HttpStatusCode.BadRequest, response.Status);
        Assert.Contains(message, response.Text("message"), StringComparison.Ordinal);
    }

    private Task<ItemResponse<Dictionary<string, object>>> PatchAsync(string id, params PatchOperation[] operations) =>
        container.PatchItemAsync<Dictionary<string, object>>(id, new(Products.Owner), operations);
}
