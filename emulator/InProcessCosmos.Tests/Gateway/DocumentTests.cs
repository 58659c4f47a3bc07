using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>Documents, one at a time and in feeds, through the real SDK, and by hand where it has no word for it.</summary>
public sealed class DocumentTests : IAsyncLifetime
{
    private static readonly PartitionKey Anna = new(Products.Owner);

    private readonly CosmosGatewayAccount account = new();
    private Container container = null!;

    public async Task InitializeAsync() => container = await account.ContainerAsync(defaultTimeToLive: 100);

    public async Task DisposeAsync() => await account.DisposeAsync();

    [Fact]
    public async Task ADocument_GoesThroughItsLife()
    {
        var created = await container.CreateItemAsync(new Item("1", "anna", 1), Anna);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);

        var replaced = await container.ReplaceItemAsync(new Item("1", "anna", 2), "1", Anna);
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.NotEqual(created.ETag, replaced.ETag);

        Assert.Equal(HttpStatusCode.OK, (await container.UpsertItemAsync(new Item("1", "anna", 3), Anna)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await container.UpsertItemAsync(new Item("2", "anna", 1), Anna)).StatusCode);
        Assert.Equal(3, (await container.ReadItemAsync<Item>("1", Anna)).Resource.N);

        Assert.Equal(HttpStatusCode.NoContent, (await container.DeleteItemAsync<Item>("1", Anna)).StatusCode);
        Assert.Equal("2", await container.IdsAsync());
    }

    [Fact]
    public async Task AResponse_HasItsCharge_AndItsActivityId()
    {
        var small = await container.CreateItemAsync(new Item("1", "anna", 1), Anna);
        var large = await container.CreateItemAsync(new { id = "2", userId = "anna", text = new string('x', 5000) }, Anna);
        var read = await container.ReadItemAsync<Item>("1", Anna);

        Assert.Equal(5, small.RequestCharge);
        Assert.True(large.RequestCharge > small.RequestCharge);
        Assert.Equal(1, read.RequestCharge);
        Assert.True(Guid.TryParse(read.ActivityId, out _));
        Assert.Equal(small.ETag, read.ETag);
        Assert.NotNull(read.Headers.Session);
    }

    [Fact]
    public async Task Failures_HaveTheStatusAndSubStatusOfCosmosDB()
    {
        await container.CreateItemAsync(new Item("1", "anna", 1), Anna);

        await AssertFailsAsync(409, 0, () => container.CreateItemAsync(new Item("1", "anna", 1), Anna));
        await AssertFailsAsync(404, 0, () => container.ReadItemAsync<Item>("7", Anna));
        await AssertFailsAsync(404, 0, () => container.ReadItemAsync<Item>("1", new("bert")));
        await AssertFailsAsync(404, 0, () => container.ReplaceItemAsync(new Item("7", "anna", 1), "7", Anna));
        await AssertFailsAsync(404, 0, () => container.DeleteItemAsync<Item>("7", Anna));
        await AssertFailsAsync(400, 0, () => container.ReplaceItemAsync(new Item("2", "anna", 1), "1", Anna));
        await AssertFailsAsync(400, 1001, () => container.CreateItemAsync(new Item("2", "anna", 1), new("bert")));
        await AssertFailsAsync(400, 0, () => container.CreateItemAsync(new Item("a/b", "anna", 1), Anna));
        await AssertFailsAsync(413, 0, () => container.CreateItemAsync(new { id = "2", userId = "anna", text = new string('x', 2 * 1024 * 1024) }, Anna));
        await AssertFailsAsync(404, 1003, () => container.Database.GetContainer("missing").ReadItemAsync<Item>("1", Anna));
        await AssertFailsAsync(404, 1003, () => account.Client.GetContainer("missing", "items").ReadItemAsync<Item>("1", Anna));
    }

    [Fact]
    public async Task AnEtag_IsChecked_OnReplaceUpsertAndDelete()
    {
        var stale = (await container.CreateItemAsync(new Item("1", "anna", 1), Anna)).ETag;
        var fresh = (await container.ReplaceItemAsync(new Item("1", "anna", 2), "1", Anna, new() { IfMatchEtag = stale })).ETag;
        var options = new ItemRequestOptions { IfMatchEtag = stale };

        await AssertFailsAsync(412, 0, () => container.ReplaceItemAsync(new Item("1", "anna", 3), "1", Anna, options));
        await AssertFailsAsync(412, 0, () => container.UpsertItemAsync(new Item("1", "anna", 3), Anna, options));
        await AssertFailsAsync(412, 0, () => container.DeleteItemAsync<Item>("1", Anna, options));

        await container.DeleteItemAsync<Item>("1", Anna, new() { IfMatchEtag = fresh });
    }

    [Fact]
    public async Task ARead_OfAVersionThatIsKnown_Is304()
    {
        var etag = (await container.CreateItemAsync(new Item("1", "anna", 1), Anna)).ETag;

        using var same = await container.ReadItemStreamAsync("1", Anna, new() { IfNoneMatchEtag = etag });
        using var other = await container.ReadItemStreamAsync("1", Anna, new() { IfNoneMatchEtag = "\"other\"" });

        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("Ärger & Söhne % 100 +1")]
    [InlineData("'\"")]
    [InlineData("日本 🎬")]
    [InlineData("a:b@c=d,e;f")]
    [InlineData("what?")]
    [InlineData("?a=b&c")]
    public async Task AnId_MayHaveManyCharacters(string id)
    {
        await container.CreateItemAsync(new Item(id, "anna", 1), Anna);

        Assert.Equal(id, (await container.ReadItemAsync<Item>(id, Anna)).Resource.Id);
        Assert.Equal(HttpStatusCode.NoContent, (await container.DeleteItemAsync<Item>(id, Anna)).StatusCode);
    }

    [Fact]
    public async Task APartitionKey_MayBeANumberABooleanNullOrNothing()
    {
        var keys = new (PartitionKey Key, object Document)[]
        {
            (new(1.5), new { id = "k", userId = 1.5, of = "number" }),
            (new(true), new { id = "k", userId = true, of = "boolean" }),
            (PartitionKey.Null, new { id = "k", userId = (string?)null, of = "null" }),
            (PartitionKey.None, new { id = "k", of = "none" }),
            (new("1.5"), new { id = "k", userId = "1.5", of = "string" }),
        };
        foreach (var (key, document) in keys)
        {
            await container.CreateItemAsync(document, key);
        }

        Assert.Equal(
            ["number", "boolean", "null", "none", "string"],
            await Task.WhenAll(keys.Select(async entry => (await container.ReadItemAsync<Dictionary<string, object>>("k", entry.Key)).Resource["of"])));
    }

    [Fact]
    public async Task ADocument_LivesAsLongAsItsContainerSays_UnlessItSaysOtherwise()
    {
        await container.CreateItemAsync(new { id = "default", userId = "anna" });
        await container.CreateItemAsync(new { id = "short", userId = "anna", ttl = 10 });
        await container.CreateItemAsync(new { id = "forever", userId = "anna", ttl = -1 });

        account.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("default forever", await container.IdsAsync());
        await AssertFailsAsync(404, 0, () => container.ReadItemAsync<Item>("short", Anna));

        await container.UpsertItemAsync(new { id = "default", userId = "anna" });
        account.Time.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal("default forever", await container.IdsAsync());

        account.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("forever", await container.IdsAsync());
        Assert.Equal(HttpStatusCode.Created, (await container.CreateItemAsync(new Item("short", "anna", 1), Anna)).StatusCode);
    }

    [Fact]
    public async Task AContainerWithoutATimeToLive_KeepsEverything()
    {
        var keeping = await account.ContainerAsync("keeping");
        await keeping.CreateItemAsync(new { id = "1", userId = "anna", ttl = 10 });

        account.Time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal("1", await keeping.IdsAsync());
    }

    [Fact]
    public async Task AFeed_ComesInPages_OfItsOwnPartition()
    {
        foreach (var id in new[] { "1", "2", "3", "\uE000", "\U00010000" })
        {
            await container.CreateItemAsync(new Item(id, "anna", 1), Anna);
        }

        await container.CreateItemAsync(new Item("4", "bert", 1), new("bert"));

        using var feed = container.GetItemQueryStreamIterator(requestOptions: new() { PartitionKey = Anna, MaxItemCount = 2 });
        var sizes = new List<int>();
        while (feed.HasMoreResults)
        {
            sizes.Add((await Products.ReadPageAsync(feed)).Count);
        }

        Assert.Equal([2, 2, 1], sizes);
    }

    [Fact]
    public async Task AContinuation_GoesOnWhereAnotherClientEnded_WhateverWasDeletedMeanwhile()
    {
        for (var i = 1; i <= 4; i++)
        {
            await container.CreateItemAsync(new Item($"{i}", "anna", 1), Anna);
        }

        var path = $"dbs/shop/colls/{container.Id}/docs";
        var key = ("x-ms-documentdb-partitionkey", "[\"anna\"]");
        var first = await account.CallAsync(HttpMethod.Get, path, null, key, ("x-ms-max-item-count", "2"));
        await container.DeleteItemAsync<Item>("1", Anna);
        await container.DeleteItemAsync<Item>("2", Anna);
        var continuation = Assert.Single(first.Headers.GetValues("x-ms-continuation"));
        var second = await account.CallAsync(HttpMethod.Get, path, null, key, ("x-ms-continuation", continuation));
        var broken = await account.CallAsync(HttpMethod.Get, path, null, key, ("x-ms-continuation", "x"));

        Assert.Equal("2", Assert.Single(first.Headers.GetValues("x-ms-item-count")));
        Assert.Equal(["3", "4"], second.Body.GetProperty("Documents").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
        Assert.False(second.Headers.Contains("x-ms-continuation"));
        Assert.Equal(HttpStatusCode.BadRequest, broken.Status);
    }

    [Theory]
    [InlineData("GET", "docs", "")]
    [InlineData("POST", "docs", "SELECT * FROM c")]
    [InlineData("POST", "docs", "SELECT * FROM c ORDER BY c.id DESC")]
    [InlineData("GET", "sprocs", "")]
    public async Task AnAlteredContinuation_IsRejected_WhateverPartOfItWasAltered(string method, string kind, string query)
    {
        for (var i = 1; i <= 3; i++)
        {
            await container.CreateItemAsync(new Item($"{i}", "anna", 1), Anna);
            await container.Scripts.CreateStoredProcedureAsync(new($"{i}", "function () { }"));
        }

        Task<RestResponse> ReadAsync(string? continuation) => account.SendAsync(
            new(method),
            $"dbs/shop/colls/{container.Id}/{kind}",
            query.Length > 0 ? JsonSerializer.Serialize(new { query }) : null,
            "application/query+json",
            [
                .. RestCalls.Signature(new(method), $"dbs/shop/colls/{container.Id}/{kind}"),
                ("x-ms-documentdb-partitionkey", "[\"anna\"]"),
                ("x-ms-documentdb-isquery", query.Length > 0 ? "True" : null),
                ("x-ms-max-item-count", "1"),
                ("x-ms-continuation", continuation),
            ]);

        var token = Assert.Single((await ReadAsync(null)).Headers.GetValues("x-ms-continuation"));
        Assert.Equal(HttpStatusCode.OK, (await ReadAsync(token)).Status);
        string[] altered =
        [
            .. token.Select((character, i) => $"{token[..i]}{(character == 'A' ? 'B' : 'A')}{token[(i + 1)..]}"),
            .. Enumerable.Range(1, token.Length - 1).Select(length => token[..length]),
            token + "A", token + token, token + "=", "1", "1:1", "-1",
        ];
        foreach (var other in altered)
        {
            var response = await ReadAsync(other);
            Assert.True(response.Status == HttpStatusCode.BadRequest, $"{other}: {response.Status}");
            Assert.Contains("continuation token", response.Text("message"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{", "not well-formed JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{\"userId\":\"anna\"}", "the required property 'id' is missing")]
    [InlineData("{\"id\":5,\"userId\":\"anna\"}", "'id' is not a string")]
    [InlineData("{\"id\":\"\",\"userId\":\"anna\"}", "'id' must not be empty")]
    [InlineData("{\"id\":\"a/b\",\"userId\":\"anna\"}", "'id' contains an illegal character")]
    [InlineData("{\"id\":\"a\\\\b\",\"userId\":\"anna\"}", "'id' contains an illegal character")]
    [InlineData("{\"id\":\"1\",\"userId\":\"anna\",\"ttl\":0}", "'ttl' must be -1 or a positive")]
    [InlineData("{\"id\":\"1\",\"userId\":{}}", "must be a string, a number, a boolean or null")]
    public async Task ADocument_ThatIsNone_IsRejectedByName(string body, string message)
    {
        var response = await CreateAsync(body, ("x-ms-documentdb-partitionkey", "[\"anna\"]"));

        Assert.Equal(HttpStatusCode.BadRequest, response.Status);
        Assert.Equal("BadRequest", response.Text("code"));
        Assert.Contains(message, response.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "PartitionKey value must be supplied")]
    [InlineData("anna", "Partition key anna is invalid")]
    [InlineData("[\"anna\",\"bert\"]", "is invalid")]
    [InlineData("[[]]", "is invalid")]
    public async Task APartitionKeyHeader_ThatIsNone_IsRejectedByName(string? header, string message)
    {
        var response = await CreateAsync("{\"id\":\"1\",\"userId\":\"anna\"}", ("x-ms-documentdb-partitionkey", header));

        Assert.Equal(HttpStatusCode.BadRequest, response.Status);
        Assert.Contains(message, response.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheGatewayCannotDo_ItRejectsByName()
    {
        await AssertFailsAsync("Triggers are not supported", () => container.CreateItemAsync(new Item("1", "anna", 1), Anna, new() { PreTriggers = ["t"] }));
        await AssertFailsAsync("transactional batch", async () =>
        {
            using var response = await container.CreateTransactionalBatch(Anna).CreateItem(new Item("1", "anna", 1)).ExecuteAsync();
            throw new CosmosException(response.ErrorMessage, response.StatusCode, 0, "", 0);
        });
        await AssertFailsAsync("The change feed is not supported", () => container
            .GetChangeFeedIterator<Item>(ChangeFeedStartFrom.Beginning(FeedRange.FromPartitionKey(Anna)), ChangeFeedMode.LatestVersion).ReadNextAsync());
        await AssertFailsAsync("across partitions are not supported", () => container.GetItemQueryIterator<Item>("SELECT * FROM c").ReadNextAsync());
        await AssertFailsAsync("/dbs/colls/triggers is not supported", () => container.Scripts.CreateTriggerAsync(new() { Id = "t", Body = "function () {}" }));
        await AssertFailsAsync("/dbs/colls/udfs is not supported", () => container.Scripts.CreateUserDefinedFunctionAsync(new() { Id = "u", Body = "function () {}" }));
        await AssertFailsAsync("/dbs/users is not supported", () => container.Database.CreateUserAsync("anna"));
    }

    private static async Task AssertFailsAsync(string message, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<CosmosException>(call);
        Assert.Equal(HttpStatusCode.BadRequest, refusal.StatusCode);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    private static async Task AssertFailsAsync(int status, int subStatus, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<CosmosException>(call);
        Assert.Equal((status, subStatus), ((int)failure.StatusCode, failure.SubStatusCode));
        Assert.True(Guid.TryParse(failure.ActivityId, out _));
        Assert.True(failure.RequestCharge > 0);
    }

    private Task<RestResponse> CreateAsync(string body, params (string Name, string? Value)[] headers) =>
        account.CallAsync(HttpMethod.Post, $"dbs/shop/colls/{container.Id}/docs", body, headers);

    private sealed record Item(
        [property: Newtonsoft.Json.JsonProperty("id")] string Id,
        [property: Newtonsoft.Json.JsonProperty("userId")] string UserId,
        [property: Newtonsoft.Json.JsonProperty("n")] int N);
}
