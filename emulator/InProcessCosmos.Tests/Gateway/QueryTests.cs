using System.Net;
using Microsoft.Azure.Cosmos;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>
/// Queries over one partition, through the real SDK, by https://learn.microsoft.com/azure/cosmos-db/nosql/query: what is
/// undefined, what is null, and that nothing is less or greater than a value of another type.
/// </summary>
public sealed class QueryTests : IAsyncLifetime
{
    private readonly CosmosGatewayAccount account = new();
    private Container container = null!;

    public async Task InitializeAsync()
    {
        container = await account.ContainerAsync();
        await container.AddProductsAsync();
    }

    public async Task DisposeAsync() => await account.DisposeAsync();

    [Theory]
    [InlineData("c.id = '1'", "1")]
    [InlineData("'1' = c.id", "1")]
    [InlineData("c[\"id\"] = \"1\"", "1")]
    [InlineData("c.userId = 'anna'", "1 2 3 4")]
    [InlineData("c.userId = 'bert'", "")]
    [InlineData("c.userId != 'bert'", "1 2 3 4")]
    [InlineData("c.stock.here > 0", "1")]
    [InlineData("c.tags[1] = 'light'", "1")]
    [InlineData("c.sizes[1][\"h\"] = 4", "4")]
    [InlineData("c.sizes[7].h = 4", "")]
    [InlineData("c.price = 7.5e0", "2")]
    [InlineData("c.price > 5", "1 2")]
    [InlineData("c.price < 10 OR c.price >= 20", "1 2")]
    [InlineData("c.price > 5 AND NOT c.name = 'Lamp'", "2")]
    [InlineData("NOT (c.price > 5)", "")]
    [InlineData("c.price <> 20", "2 3")]
    [InlineData("c.price BETWEEN 7 AND 20", "1 2")]
    [InlineData("c.price NOT BETWEEN 8 AND 20", "2")]
    [InlineData("c.name IN ('Lamp', \"Chair\")", "1 3")]
    [InlineData("c.name NOT IN ('Lamp', 'Chair')", "2 4")]
    [InlineData("c.name LIKE 'La%'", "1")]
    [InlineData("c.name LIKE '[Ll]a__'", "1")]
    [InlineData("c.name NOT LIKE '%a%'", "4")]
    [InlineData("c.name LIKE '%!%' ESCAPE '!'", "4")]
    [InlineData("c.active", "2")]
    [InlineData("NOT c.active", "3")]
    [InlineData("c.sold = null", "1")]
    [InlineData("c.active != null", "2 3")]
    [InlineData("IS_NULL(c.sold)", "1")]
    [InlineData("IS_DEFINED(c.sold)", "1")]
    [InlineData("NOT IS_DEFINED(c.price)", "4")]
    [InlineData("IS_NUMBER(c.price)", "1 2")]
    [InlineData("STARTSWITH(c.name, 'L')", "1")]
    [InlineData("STARTSWITH(c.name, 'L', true)", "1 2")]
    [InlineData("endswith(c.name, 'n')", "2")]
    [InlineData("CONTAINS(c.name, 'a')", "1 2 3")]
    [InlineData("LOWER(c.name) = 'lamp' or UPPER(c.name) = 'LANTERN'", "1 2")]
    [InlineData("LENGTH(c.name) = 4", "1")]
    [InlineData("ARRAY_CONTAINS(c.tags, 'light')", "1 2")]
    [InlineData("ARRAY_CONTAINS(c.sizes, {\"w\": 3}, true)", "4")]
    [InlineData("ARRAY_CONTAINS(c.sizes, {\"w\": 3})", "")]
    [InlineData("ARRAY_CONTAINS([1, '3'], c.id)", "3")]
    [InlineData("ARRAY_LENGTH(c.tags) = 0", "3")]
    [InlineData("c.stock = {\"there\": 0, \"here\": 3}", "1")]
    [InlineData("c.stock.here + 1 = 2 * 2", "1")]
    [InlineData("c.price % 2 = 0 AND -c.price < 0", "1")]
    [InlineData("c.id || c.name = '1Lamp'", "1")]
    [InlineData("(c.price ?? 0) = 0", "4")]
    [InlineData("(IS_STRING(c.price) ? true : false)", "3")]
    [InlineData("c._ts > 0", "1 2 3 4")]
    [InlineData("c.name = 'It\\'s'", "")]
    [InlineData("true -- whatever they are", "1 2 3 4")]
    [InlineData("undefined = undefined", "")]
    public async Task AFilter_SelectsWhatItIsTrueOf(string filter, string ids)
    {
        var results = await container.QueryAsync($"SELECT VALUE c.id FROM c WHERE {filter}");

        Assert.Equal(ids, string.Join(' ', results.Select(id => id.Trim('"'))));
    }

    [Theory]
    [InlineData("SELECT c.id, c.stock.here AS here, c.sold nothing FROM c WHERE c.id < '3'", """{"id":"1","here":3,"nothing":null} {"id":"2","here":0}""")]
    [InlineData("SELECT c[\"name\"], c.price > 10, UPPER(c.id) FROM c WHERE c.id = '1'", """{"name":"Lamp","$2":true,"$3":"1"}""")]
    [InlineData("SELECT VALUE c.price FROM c", "20 7.5 \"free\"")]
    [InlineData("SELECT VALUE {\"n\": c.name, \"t\": [c.tags[0], c.missing]} FROM c WHERE c.id = '1'", """{"n":"Lamp","t":["home"]}""")]
    [InlineData("SELECT c.missing FROM c WHERE c.id = '1'", "{}")]
    [InlineData("SELECT VALUE root FROM root WHERE root.id = '5'", "")]
    [InlineData("select * from products p where p.id = '3'", """{"id":"3","userId":"anna","name":"Chair","price":"free","tags":[],"active":false}""")]
    [InlineData("SELECT VALUE p.id FROM root AS p ORDER BY p.id DESC", "\"4\" \"3\" \"2\" \"1\"")]
    [InlineData("SELECT TOP 2 VALUE c.id FROM c", "\"1\" \"2\"")]
    [InlineData("SELECT VALUE c.id FROM c OFFSET 1 LIMIT 2", "\"2\" \"3\"")]
    [InlineData("SELECT VALUE c.id FROM c ORDER BY c.price", "\"4\" \"2\" \"1\" \"3\"")]
    [InlineData("SELECT VALUE c.id FROM c ORDER BY c.active DESC, c.name ASC OFFSET 0 LIMIT 3", "\"2\" \"3\" \"1\"")]
    [InlineData("SELECT VALUE COUNT(1) FROM c WHERE c.price > 5", "2")]
    [InlineData("SELECT VALUE COUNT(c.price) FROM c", "3")]
    [InlineData("SELECT VALUE SUM(c.stock.here) FROM c", "3")]
    [InlineData("SELECT VALUE SUM(c.price) FROM c", "")]
    [InlineData("SELECT VALUE AVG(c.stock.here) FROM c", "1.5")]
    [InlineData("SELECT VALUE MIN(c.price) FROM c", "7.5")]
    [InlineData("SELECT VALUE MAX(c.price) FROM c", "\"free\"")]
    public async Task AQuery_MakesOfDocumentsWhatItSays(string query, string results) =>
        Assert.Equal(results, string.Join(' ', await container.QueryAsync(query)));

    [Theory]
    [InlineData("Lamp", "1")]
    [InlineData(null, "")]
    public async Task AParameter_StandsForItsValue(string? name, string ids)
    {
        var results = await container.QueryAsync("SELECT VALUE c.id FROM c WHERE c.name = @name", ("@name", name));

        Assert.Equal(ids, string.Join(' ', results.Select(id => id.Trim('"'))));
    }

    [Fact]
    public async Task AParameter_CanBeAnArrayOrACount()
    {
        var results = await container.QueryAsync(
            "SELECT TOP @count VALUE c.id FROM c WHERE ARRAY_CONTAINS(@ids, c.id)", ("@ids", new[] { "2", "3", "4" }), ("@count", 2));

        Assert.Equal(["\"2\"", "\"3\""], results);
    }

    [Theory]
    [InlineData("SELECT VALUE c.id FROM c WHERE c.name != 'Chair'", "1 2 4")]
    [InlineData("SELECT VALUE c.id FROM c ORDER BY c.name", "3 1 2 4")]
    [InlineData("SELECT TOP 3 VALUE c.id FROM c", "1 2 3")]
    [InlineData("SELECT VALUE c.id FROM c OFFSET 1 LIMIT 3", "2 3 4")]
    public async Task AQuery_InPages_GivesEachResultOnce(string query, string ids)
    {
        var results = await container.QueryAsync(new QueryDefinition(query), pageSize: 1);

        Assert.Equal(ids, string.Join(' ', results.Select(id => id.Trim('"'))));
    }

    [Fact]
    public async Task ALinqQuery_ReturnsItsResults()
    {
        var linq = Microsoft.Azure.Cosmos.Linq.CosmosLinqExtensions.ToQueryDefinition(
            container.GetItemLinqQueryable<Product>(linqSerializerOptions: new() { PropertyNamingPolicy = CosmosPropertyNamingPolicy.CamelCase })
                .Where(product => product.Name!.StartsWith("La") || product.Id == "3")
                .OrderByDescending(product => product.Id)
                .Select(product => product.Name));

        Assert.Equal(["\"Chair\"", "\"Lamp\""], await container.QueryAsync(linq, pageSize: -1));
    }

    [Theory]
    [InlineData("SELECT DISTINCT c.name FROM c", "DISTINCT is not supported")]
    [InlineData("SELECT c.name FROM c GROUP BY c.name", "GROUP BY is not supported")]
    [InlineData("SELECT VALUE t FROM c JOIN t IN c.tags", "JOIN is not supported")]
    [InlineData("SELECT VALUE t FROM t IN c.tags", "IN in FROM is not supported")]
    [InlineData("SELECT * FROM c.tags", "A path in FROM is not supported")]
    [InlineData("SELECT VALUE 1", "A query without FROM is not supported")]
    [InlineData("SELECT * FROM c WHERE EXISTS(SELECT VALUE 1 FROM c)", "EXISTS of a subquery is not supported")]
    [InlineData("SELECT * FROM c WHERE udf.tax(c.price) > 1", "A user-defined function is not supported")]
    [InlineData("SELECT * FROM c WHERE ST_DISTANCE(c.a, c.b) > 1", "The function ST_DISTANCE is not supported")]
    [InlineData("SELECT COUNT(1) AS n FROM c", "COUNT other than in SELECT VALUE is not supported")]
    [InlineData("SELECT * FROM c WHERE d.name = 'x'", "Identifier 'd' could not be resolved")]
    [InlineData("SELECT * FROM c WHERE c.name = ", "an expression is expected, and it ends")]
    [InlineData("SELECT * FROM c WHERE c.name == 'x'", "an expression is expected, not '='")]
    [InlineData("SELECT * FROM c WHERE c.name = 'x", "a string does not end")]
    [InlineData("SELECT * FROM c WHERE c.name = @name", "the parameter @name, which was not given")]
    [InlineData("SELECT * FROM c WHERE c.name LIKE '[z-a]'", "of LIKE is malformed")]
    [InlineData("SELECT TOP 1.5 * FROM c", "a whole number")]
    [InlineData("SELECT TOP 1 * FROM c OFFSET 0 LIMIT 1", "TOP cannot be used")]
    public async Task WhatIsNotSupported_IsRejectedByName(string query, string message)
    {
        using var feed = container.GetItemQueryStreamIterator(query, requestOptions: new() { PartitionKey = new(Products.Owner) });
        using var response = await feed.ReadNextAsync();

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(message, response.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("NOT ", "")]
    [InlineData("true AND ", "")]
    [InlineData("- ", "")]
    public async Task AQuery_ThatNestsWithoutEnd_IsRejected(string opening, string closing)
    {
        var times = 250_000 / (opening.Length + closing.Length);
        var filter = string.Concat(Enumerable.Repeat(opening, times)) + "true" + string.Concat(Enumerable.Repeat(closing, times));

        var response = await account.QueryAsync(container.Id, $"SELECT * FROM c WHERE {filter}");

        Assert.Equal(HttpStatusCode.BadRequest, response.Status);
        Assert.Matches("more than 1000 operators|deeper than 100", response.Text("message"));
    }

    private sealed record Product(string? Id, string? Name);
}
