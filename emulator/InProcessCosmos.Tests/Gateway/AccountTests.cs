using System.Net;
using Microsoft.Azure.Cosmos;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>The account: who may ask, and its databases and containers.</summary>
public sealed class AccountTests : IAsyncLifetime
{
    private readonly CosmosGatewayAccount account = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => account.DisposeAsync().AsTask();

    [Fact]
    public async Task TheAccount_SaysWhatClientsNeed()
    {
        var read = await account.Client.ReadAccountAsync();

        Assert.Equal(ConsistencyLevel.Session, read.Consistency.DefaultConsistencyLevel);
        Assert.Single(read.WritableRegions);
    }

    [Fact]
    public async Task AClient_WithAnotherKey_IsRejected()
    {
        using var stranger = account.Connect(key: Convert.ToBase64String("another key"u8));

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => stranger.CreateDatabaseAsync("shop"));

        Assert.Equal(HttpStatusCode.Unauthorized, Assert.IsType<CosmosException>(refusal).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await account.CallAsync(HttpMethod.Get, "dbs/shop")).Status);
    }

    [Theory]
    [InlineData(null, "Required Header authorization is missing")]
    [InlineData("type%3Dmaster%26ver%3D1.0%26sig%3DAAAA", "The wrong key is being used")]
    [InlineData("type%3Daad%26ver%3D1.0%26sig%3Dtoken", "Only signatures of the master key")]
    [InlineData("nonsense", "Only signatures of the master key")]
    public async Task ARequest_ThatIsNotSigned_Is401(string? authorization, string message)
    {
        var response = await account.SendAsync(HttpMethod.Get, "dbs", null, "application/json", ("authorization", authorization), ("x-ms-date", "sat, 31 jan 2026 20:15:00 gmt"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.Status);
        Assert.Equal("Unauthorized", response.Text("code"));
        Assert.Contains(message, response.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASignature_IsForItsOwnRequestAlone()
    {
        var elsewhere = await account.SendAsync(HttpMethod.Get, "dbs/shop", null, "application/json", RestCalls.Signature(HttpMethod.Get, "dbs/other"));
        var otherwise = await account.SendAsync(HttpMethod.Delete, "dbs/shop", null, "application/json", RestCalls.Signature(HttpMethod.Get, "dbs/shop"));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (elsewhere.Status, otherwise.Status));
    }

    [Fact]
    public async Task AnActivityId_OfTheCallers_IsGivenBack()
    {
        var id = Guid.NewGuid().ToString();

        var response = await account.CallAsync(HttpMethod.Get, "dbs/shop", null, ("x-ms-activity-id", id));

        Assert.Equal(id, Assert.Single(response.Headers.GetValues("x-ms-activity-id")));
        Assert.EndsWith($"ActivityId: {id}", response.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADatabase_GoesThroughItsLife()
    {
        var created = await account.Client.CreateDatabaseAsync("shop");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await account.Client.CreateDatabaseIfNotExistsAsync("shop")).StatusCode);
        await AssertFailsAsync(409, 0, () => account.Client.CreateDatabaseAsync("shop"));
        await account.Client.CreateDatabaseAsync("other");

        var read = await created.Database.ReadAsync();
        Assert.Equal(created.ETag, read.ETag);
        var all = await account.Client.GetDatabaseQueryIterator<DatabaseProperties>().ReadNextAsync();
        Assert.Equal(["shop", "other"], all.Select(database => database.Id));
        var found = await account.Client.GetDatabaseQueryIterator<DatabaseProperties>("SELECT * FROM c WHERE c.id = 'other'").ReadNextAsync();
        Assert.Equal(["other"], found.Select(database => database.Id));

        Assert.Equal(HttpStatusCode.NoContent, (await created.Database.DeleteAsync()).StatusCode);
        await AssertFailsAsync(404, 0, () => created.Database.ReadAsync());
        await AssertFailsAsync(404, 1003, () => created.Database.CreateContainerAsync("items", "/userId"));
    }

    [Theory]
    [InlineData("null", "consistent", true, "/*", "/\"_etag\"/?")]
    [InlineData("{}", "consistent", true, "/*", "/\"_etag\"/?")]
    [InlineData("""{"indexingMode":"lazy","automatic":false}""", "lazy", false, "/*", "/\"_etag\"/?")]
    [InlineData("""{"includedPaths":[{"path":"/*"}]}""", "consistent", true, "/*", "/\"_etag\"/?")]
    [InlineData("""{"excludedPaths":[{"path":"/text/*"}]}""", "consistent", true, "/*", "/text/* /\"_etag\"/?")]
    [InlineData("""{"includedPaths":[{"path":"/name/?"}],"excludedPaths":[{"path":"/*"}]}""", "consistent", true, "/name/?", "/* /\"_etag\"/?")]
    [InlineData("""{"indexingMode":"none"}""", "none", false, "", "")]
    public async Task AnIndexingPolicy_IsCompletedWithDefaults(string given, string mode, bool automatic, string included, string excluded)
    {
        await account.Client.CreateDatabaseAsync("shop");
        var body = $$$"""{"id":"items","partitionKey":{"paths":["/pk"]},"indexingPolicy":{{{given}}}}""";

        var created = await account.CallAsync(HttpMethod.Post, "dbs/shop/colls", body);
        var read = await account.CallAsync(HttpMethod.Get, "dbs/shop/colls/items");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        var policy = read.Body.GetProperty("indexingPolicy");
        string Paths(string name) => string.Join(' ', policy.GetProperty(name).EnumerateArray().Select(path => path.GetProperty("path").GetString()));
        Assert.Equal(
            (mode, automatic, included, excluded),
            (policy.GetProperty("indexingMode").GetString(), policy.GetProperty("automatic").GetBoolean(), Paths("includedPaths"), Paths("excludedPaths")));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("""{"indexingMode":"eager"}""")]
    [InlineData("""{"indexingMode":1}""")]
    [InlineData("""{"includedPaths":[{"path":"/name/?"}]}""")]
    [InlineData("""{"includedPaths":["/*"]}""")]
    [InlineData("""{"excludedPaths":{}}""")]
    public async Task AMalformedIndexingPolicy_IsRejected(string given)
    {
        await account.Client.CreateDatabaseAsync("shop");

        var created = await account.CallAsync(
            HttpMethod.Post, "dbs/shop/colls", $$$"""{"id":"items","partitionKey":{"paths":["/pk"]},"indexingPolicy":{{{given}}}}""");

        Assert.Equal(HttpStatusCode.BadRequest, created.Status);
        Assert.Contains("ndexing", created.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AContainer_GoesThroughItsLife()
    {
        Database database = await account.Client.CreateDatabaseAsync("shop");
        var created = await database.CreateContainerAsync(new ContainerProperties("items", "/user/id") { DefaultTimeToLive = 60 });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        await AssertFailsAsync(409, 0, () => database.CreateContainerAsync("items", "/userId"));

        var read = await created.Container.ReadContainerAsync(new() { PopulateQuotaInfo = true });
        Assert.Equal("100", read.Headers["x-ms-documentdb-collection-index-transformation-progress"]);
        var properties = read.Resource;
        Assert.Equal(("/user/id", 60, IndexingMode.Consistent), (properties.PartitionKeyPath, properties.DefaultTimeToLive, properties.IndexingPolicy.IndexingMode));

        properties.IndexingPolicy.ExcludedPaths.Add(new() { Path = "/text/*" });
        var replaced = await created.Container.ReplaceContainerAsync(properties);
        Assert.NotEqual(created.ETag, replaced.ETag);
        Assert.Contains(replaced.Resource.IndexingPolicy.ExcludedPaths, path => path.Path == "/text/*");

        await database.CreateContainerAsync("others", "/userId");
        var all = await database.GetContainerQueryIterator<ContainerProperties>(requestOptions: new() { MaxItemCount = 1 }).ReadNextAsync();
        Assert.Single(all);
        Assert.NotNull(all.ContinuationToken);
        var found = await database.GetContainerQueryIterator<ContainerProperties>("SELECT * FROM c WHERE c.id != 'items'").ReadNextAsync();
        Assert.Equal(["others"], found.Select(container => container.Id));

        Assert.Equal(HttpStatusCode.NoContent, (await created.Container.DeleteContainerAsync()).StatusCode);
        await AssertFailsAsync(404, 0, () => created.Container.ReadContainerAsync());
    }

    [Fact]
    public async Task AContainer_WithANestedPartitionKey_KeepsItsDocumentsApart()
    {
        Database database = await account.Client.CreateDatabaseAsync("shop");
        Container container = await database.CreateContainerAsync("items", "/user/id");
        await container.CreateItemAsync(new { id = "1", user = new { id = "anna" } });
        await container.CreateItemAsync(new { id = "2", user = new { id = "bert" } });

        Assert.Equal("1", await container.IdsAsync());
        Assert.Equal(["\"1\""], await container.QueryAsync("SELECT VALUE c.id FROM c WHERE c.user.id = 'anna'"));
        Assert.Empty(await container.QueryAsync("SELECT VALUE c.id FROM c WHERE c.user.id = 'bert'"));
    }

    [Fact]
    public async Task AContainer_ThatIsMadeAgain_IsEmpty_AndItsOldClientsFindIt()
    {
        var container = await account.ContainerAsync();
        await container.CreateItemAsync(new { id = "1", userId = "anna" });
        using var other = account.Connect();
        var seenByOther = other.GetContainer("shop", container.Id);
        await seenByOther.ReadItemAsync<object>("1", new("anna"));

        await container.DeleteContainerAsync();
        await account.ContainerAsync();

        Assert.Equal(HttpStatusCode.Created, (await seenByOther.CreateItemAsync(new { id = "2", userId = "anna" })).StatusCode);
        Assert.Equal("2", await seenByOther.IdsAsync());
    }

    [Theory]
    [InlineData("""{"id":"items"}""", "The partition key definition is missing")]
    [InlineData("""{"id":"items","partitionKey":{"paths":["/a","/b"],"kind":"MultiHash"}}""", "hierarchical partition key (MultiHash) is not supported")]
    [InlineData("""{"id":"items","partitionKey":{"paths":["userId"]}}""", "is not of the form /name")]
    [InlineData("""{"id":"items","partitionKey":{"paths":["/userId"]},"uniqueKeyPolicy":{"uniqueKeys":[{"paths":["/x"]}]}}""", "'uniqueKeyPolicy' is not supported")]
    [InlineData("""{"id":"items","partitionKey":{"paths":["/userId"]},"defaultTtl":0}""", "'defaultTtl' must be -1 or a positive")]
    [InlineData("""{"id":"a/b","partitionKey":{"paths":["/userId"]}}""", "'id' must not contain")]
    [InlineData("""{"partitionKey":{"paths":["/userId"]}}""", "'id' is missing or empty")]
    [InlineData("items", "not well-formed JSON")]
    public async Task AContainer_ThatTheGatewayCannotKeepTo_IsRejectedByName(string definition, string message)
    {
        await account.Client.CreateDatabaseAsync("shop");

        var response = await account.CallAsync(HttpMethod.Post, "dbs/shop/colls", definition);

        Assert.Equal(HttpStatusCode.BadRequest, response.Status);
        Assert.Contains(message, response.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherTimeToLive_ForAContainerThatIsThere_IsRejectedByName()
    {
        var container = await account.ContainerAsync();
        var properties = (await container.ReadContainerAsync()).Resource;
        properties.DefaultTimeToLive = 5;

        var refusal = await Assert.ThrowsAsync<CosmosException>(() => container.ReplaceContainerAsync(properties));

        Assert.Contains("'defaultTtl' for a container that is there already is not supported", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "dbs/shop/users", "GET of /dbs/users is not supported")]
    [InlineData("PUT", "dbs/shop", "PUT of databases is not supported")]
    [InlineData("GET", "dbs/shop/colls/items/conflicts", "GET of /dbs/colls/conflicts is not supported")]
    [InlineData("DELETE", "dbs/shop/colls/items/docs", "DELETE of documents is not supported")]
    [InlineData("PATCH", "dbs/shop/colls/items", "PATCH of containers is not supported")]
    public async Task ARequest_OfAnotherKind_IsRejectedByName(string method, string path, string message)
    {
        await account.ContainerAsync();

        var response = await account.CallAsync(new(method), path);

        Assert.Equal(HttpStatusCode.BadRequest, response.Status);
        Assert.Contains(message, response.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFullQueue_Is429_WithATimeToComeBack()
    {
        await using var busy = new CosmosGatewayAccount(options => (options.Shards, options.QueueLength) = (1, 1));
        var container = await busy.ContainerAsync();
        await container.Scripts.CreateStoredProcedureAsync(new("slow", "function () { const end = Date.now(); for (let i = 0; i < 300000; i++) { } }"));

        var statuses = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            using var response = await container.Scripts.ExecuteStoredProcedureStreamAsync("slow", new PartitionKey("anna"), []);
            return (response.StatusCode, RetryAfter: response.Headers["x-ms-retry-after-ms"]);
        }));

        Assert.Contains((HttpStatusCode.TooManyRequests, "100"), statuses);
        Assert.Contains(statuses, status => status.StatusCode == HttpStatusCode.OK);
    }

    private static async Task AssertFailsAsync(int status, int subStatus, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<CosmosException>(call);
        Assert.Equal((status, subStatus), ((int)failure.StatusCode, failure.SubStatusCode));
    }
}
