using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>What the collection's operations do, and what their callbacks learn.</summary>
public abstract class CollectionOperationTests(bool inV8) : IAsyncLifetime
{
    private const string Collection =
        """
        const c = getContext().getCollection(), link = c.getSelfLink(), doc = id => c.getAltLink() + '/docs/' + id;
        const bodies = [], respond = b => { bodies.push(b); getContext().getResponse().setBody(bodies); };
        const number = error => respond(error ? error.number : 0);
        """;

    private readonly CosmosGatewayAccount account = new(inV8: inV8);
    private Container container = null!;

    public async Task InitializeAsync() => container = await account.ContainerAsync(defaultTimeToLive: -1);

    public async Task DisposeAsync() => await account.DisposeAsync();

    [Theory]
    [InlineData("c.createDocument(link, { id: '1', userId: 'anna' }, number)", 409)]
    [InlineData("c.createDocument(link, { id: '2', userId: 'bert' }, number)", 400)]
    [InlineData("c.createDocument(link, { id: '2' }, number)", 400)]
    [InlineData("c.createDocument(link, [], number)", 400)]
    [InlineData("c.createDocument(link, '{', { disableAutomaticIdGeneration: true }, number)", 400)]
    [InlineData("c.createDocument(link, { id: 'a/b', userId: 'anna' }, number)", 400)]
    [InlineData("c.createDocument(link, { id: 'a\\\\b', userId: 'anna' }, number)", 400)]
    [InlineData("c.createDocument(link, { id: '#1', userId: 'anna' }, number)", 0)]
    [InlineData("c.createDocument(link, { id: '2', userId: 'anna', text: 'x'.repeat(2 * 1024 * 1024) }, number)", 413)]
    [InlineData("c.upsertDocument(link, { id: '1', userId: 'anna' }, number)", 0)]
    [InlineData("c.upsertDocument(link, { id: '1', userId: 'anna' }, { etag: 'stale' }, number)", 412)]
    [InlineData("c.upsertDocument(link, { id: '1', userId: 'bert' }, number)", 400)]
    [InlineData("c.replaceDocument(doc('1'), { id: '1', userId: 'anna' }, number)", 0)]
    [InlineData("c.replaceDocument(doc('1'), { id: '1', userId: 'anna' }, { etag: 'stale' }, number)", 412)]
    [InlineData("c.replaceDocument(doc('1'), { id: '1', userId: 'bert' }, number)", 400)]
    [InlineData("c.replaceDocument(doc('1'), { userId: 'anna' }, number)", 400)]
    [InlineData("c.replaceDocument(doc('7'), { id: '7', userId: 'anna' }, number)", 404)]
    [InlineData("c.deleteDocument(doc('1'), number)", 0)]
    [InlineData("c.deleteDocument(doc('1'), { etag: 'stale' }, number)", 412)]
    [InlineData("c.deleteDocument(doc('7'), number)", 404)]
    [InlineData("c.readDocument(doc('1'), number)", 0)]
    [InlineData("c.readDocument(doc('7'), number)", 404)]
    [InlineData("c.queryDocuments(link, 'SELECT', number)", 400)]
    [InlineData("c.queryDocuments(link, 'SELECT DISTINCT * FROM c', number)", 400)]
    [InlineData("c.queryDocuments(link, 'SELECT * FROM c', { continuation: 'x' }, number)", 400)]
    [InlineData("c.queryDocuments(link, 'SELECT * FROM c', { continuation: '1:1' }, number)", 400)]
    [InlineData("c.queryDocuments(link, 'SELECT * FROM c ORDER BY c.n', { continuation: '1' }, number)", 400)]
    [InlineData("c.readDocuments(link, { continuation: '1:1' }, number)", 400)]
    [InlineData("c.filter(d => true, { continuation: '1' }, number)", 400)]
    [InlineData("c.filter(d => true, { continuation: 'x' }, number)", 400)]
    public async Task AnOperation_ReportsToItsCallback_WhyItFailed(string call, int number)
    {
        await container.UpsertItemAsync(new { id = "1", userId = "anna" });

        Assert.Equal($"[{number}]", await container.BodyAsync($"function () {{ {Collection} {call}; }}"));
    }

    [Theory]
    [InlineData("c.readDocuments(link, o, read)")]
    [InlineData("c.queryDocuments(link, 'SELECT * FROM c', o, read)")]
    [InlineData("c.queryDocuments(link, 'SELECT * FROM c ORDER BY c.id', o, read)")]
    [InlineData("c.filter(d => true, o, read)")]
    public async Task AContinuation_LeadsToTheNextPage_AndAnAlteredOneIsRejected(string call)
    {
        foreach (var id in new[] { "1", "2", "3" })
        {
            await container.UpsertItemAsync(new { id, userId = "anna" });
        }

        var script =
            $$"""
            function (given) {
                {{Collection}} const o = { pageSize: 2, continuation: given || undefined };
                const read = (error, feed, more) => respond(error ? error.number : [feed.map(d => d.id).join(), more.continuation]);
                {{call}};
            }
            """;
        var first = JsonDocument.Parse(await container.BodyAsync(script, "")).RootElement[0];
        var token = first[1].GetString()!;

        Assert.Equal("1,2", first[0].GetString());
        Assert.Equal("[[\"3\",null]]", await container.BodyAsync(script, token));
        foreach (var altered in new[] { token[1..], token[..^1], token + "A", (token[0] == 'A' ? 'B' : 'A') + token[1..] })
        {
            Assert.Equal("[400]", await container.BodyAsync(script, altered));
        }
    }

    [Fact]
    public async Task AContinuationOfTheClient_IsOneForTheScript()
    {
        foreach (var id in new[] { "1", "2", "3" })
        {
            await container.UpsertItemAsync(new { id, userId = "anna" });
        }

        var page = await account.CallAsync(
            HttpMethod.Get, $"dbs/shop/colls/{container.Id}/docs", null, ("x-ms-documentdb-partitionkey", "[\"anna\"]"), ("x-ms-max-item-count", "1"));

        Assert.Equal("[\"2,3\"]", await container.BodyAsync(
            $"function (given) {{ {Collection} c.readDocuments(link, {{ continuation: given }}, (error, found) => respond(error ? error.number : found.map(d => d.id).join())); }}",
            Assert.Single(page.Headers.GetValues("x-ms-continuation"))));
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("a\0b")]
    [InlineData("a\0")]
    [InlineData("a?b=c")]
    public async Task AnId_MayHaveTheCharacterZeroOrAQuestionMark(string id)
    {
        await container.CreateItemAsync(new { id = "a", userId = "anna" });

        var body = await container.BodyAsync(
            $$"""
            function (id) {
                {{Collection}}
                c.createDocument(link, { id: id, userId: 'anna' }, error => {
                    number(error);
                    c.readDocument(doc(id), (error, d) => {
                        respond(error ? error.number : d.id === id);
                        c.replaceDocument(d._self, d, { etag: d._etag }, number);
                        c.createDocument(link, { id: id, userId: 'anna' }, number);
                    });
                });
            }
            """,
            id);

        Assert.Equal("[0,true,0,409]", body);
        Assert.Equal(HttpStatusCode.Conflict, (await Assert.ThrowsAsync<CosmosException>(() => container.CreateItemAsync(new { id, userId = "anna" }))).StatusCode);
        using (var read = await container.ReadItemStreamAsync(id, new(Products.Owner)))
        {
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        }

        Assert.Equal(
            new[] { "a", id }.Order(StringComparer.Ordinal),
            (await container.QueryAsync("SELECT VALUE c.id FROM c")).Select(found => JsonSerializer.Deserialize<string>(found)!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Ärger & Söhne")]
    [InlineData("50%25 a%41")]
    public async Task ALinkByName_IsTheIdAsItIs(string id)
    {
        await container.CreateItemAsync(new { id, userId = "anna" });

        Assert.Equal("[0]", await container.BodyAsync($"function (id) {{ {Collection} c.readDocument(doc(id), number); }}", id));
    }

    [Theory]
    [InlineData("c.upsertDocument(link, d, { etag: d._etag }, number)")]
    [InlineData("c.replaceDocument(d._self, d, { etag: d._etag }, number)")]
    [InlineData("c.deleteDocument(d._self, { etag: d._etag }, number)")]
    public async Task AnEtag_HoldsOnce(string call)
    {
        await container.UpsertItemAsync(new { id = "1", userId = "anna" });

        var body = await container.BodyAsync($"function () {{ {Collection} c.readDocument(doc('1'), (error, d) => {{ {call}; c.upsertDocument(link, d, {{ etag: 'x' }}, number); }}); }}");

        Assert.StartsWith("[0,", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnErrorThatTheScriptHandles_RollsNothingBack()
    {
        var body = await container.BodyAsync(
            $"function () {{ {Collection} c.createDocument(link, {{ id: '1', userId: 'anna' }}, number); c.createDocument(link, {{ id: '1', userId: 'anna' }}, number); }}");

        Assert.Equal("[0,409]", body);
        Assert.Equal("1", await container.IdsAsync());
    }

    [Theory]
    [InlineData("throw new Error('no luck')", "Error: no luck", 0)]
    [InlineData("throw new Error(404, 'no luck')", "Error: no luck", 404)]
    [InlineData("throw new TypeError('no luck')", "TypeError: no luck", 0)]
    [InlineData("throw 'no luck'", "Exception = no luck", 0)]
    [InlineData("throw { number: 429, body: 'no luck' }", "no luck", 429)]
    [InlineData("getContext().abort(new Error('no luck'))", "Error: no luck", 0)]
    [InlineData("try { getContext().abort(new Error('no luck')) } catch (e) { }", "Error: no luck", 0)]
    [InlineData("no.luck", "ReferenceError: no is not defined", 0)]
    [InlineData("'use strict'; (function () { 'use strict'; luck = 1; })()", "ReferenceError: luck is not defined", 0)]
    public async Task AThrow_InACallback_RollsEverythingBack_AndReachesTheCaller(string statement, string message, int subStatus)
    {
        await container.UpsertItemAsync(new { id = "1", userId = "anna" });

        var run = await container.RunAsync(
            $"function () {{ {Collection} c.deleteDocument(doc('1')); c.createDocument(link, {{ id: '2', userId: 'anna' }}, () => {{ console.log('so far'); {statement}; }}); }}");

        Assert.Equal(HttpStatusCode.BadRequest, run.Status);
        Assert.Equal(subStatus, run.SubStatus);
        Assert.Contains("Encountered exception while executing function.", run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal("so far", run.Log);
        Assert.Equal("1", await container.IdsAsync());
    }

    [Fact]
    public async Task AnOperation_RunsWhenTheScriptsFunctionHasReturned()
    {
        var body = await container.BodyAsync(
            $"function () {{ {Collection} c.createDocument(link, {{ userId: 'anna' }}, () => respond('then')); respond('first'); }}");

        Assert.Equal("[\"first\",\"then\"]", body);
    }

    [Fact]
    public async Task ACall_BeyondTheBudget_IsNotAccepted_AndWhatWasAcceptedIsKept()
    {
        await using var small = new CosmosGatewayAccount(options => options.ScriptLimits = new() { Operations = 2 }, inV8);
        var items = await small.ContainerAsync();

        var body = await items.BodyAsync(
            $$"""
            function () {
                {{Collection}}
                for (let i = 0; i < 4; i++) respond(c.createDocument(link, { id: String(i), userId: 'anna' }, () => respond(i)));
            }
            """);

        Assert.Equal("[true,true,false,false,0,1]", body);
        Assert.Equal("0 1", await items.IdsAsync());
    }

    [Fact]
    public async Task AFeed_HasAHundredDocuments_UnlessTheScriptWantsOtherwise()
    {
        await container.BodyAsync($"function () {{ {Collection} for (let i = 0; i < 230; i++) c.createDocument(link, {{ id: String(i), userId: 'anna' }}); }}");

        const string pages =
            $$"""
            function (pageSize, isQuery) {
                {{Collection}}
                const seen = new Set();
                read();
                function read(continuation) {
                    const options = { pageSize: pageSize === null ? undefined : pageSize, continuation: continuation };
                    const page = function (error, feed, more) {
                        if (error) throw error;
                        feed.forEach(d => seen.add(d.id));
                        respond(feed.length);
                        if (more.continuation) read(more.continuation); else respond('of ' + seen.size);
                    };
                    if (isQuery) c.queryDocuments(link, 'SELECT c.id FROM c WHERE c.id != "7" ORDER BY c.id', options, page);
                    else c.readDocuments(link, options, page);
                }
            }
            """;
        Assert.Equal("[100,100,30,\"of 230\"]", await container.BodyAsync(pages, null, false));
        Assert.Equal("[90,90,50,\"of 230\"]", await container.BodyAsync(pages, 90, false));
        Assert.Equal("[230,\"of 230\"]", await container.BodyAsync(pages, -1, false));
        Assert.Equal("[100,100,29,\"of 229\"]", await container.BodyAsync(pages, null, true));
    }

    [Fact]
    public async Task AQuery_TakesParametersOfAllTypes_AndGivesWhatItSelects()
    {
        await container.AddProductsAsync();

        var body = await container.BodyAsync(
            $$"""
            function () {
                {{Collection}}
                const parameters = [{ name: '@n', value: 7.5 }, { name: '@ids', value: ['1', '2'] }, { name: '@none', value: null }, { name: '@user', value: 'anna' }];
                const text = 'SELECT VALUE { "id": c.id, "none": @none } FROM c WHERE c.price > @n AND ARRAY_CONTAINS(@ids, c.id) AND c.userId = @user';
                c.queryDocuments(link, { query: text, parameters: parameters }, (error, feed) => respond(error ? error.body : feed));
                c.queryDocuments(link, { query: 'SELECT c.id FROM c WHERE c.userId = @user', parameters: parameters }, (error, feed) => respond(feed.length));
                c.queryDocuments(link, { query: 'SELECT * FROM c WHERE c.userId = @user', parameters: parameters }, (error, feed) => respond(feed.length));
                c.queryDocuments(link, { query: 'SELECT * FROM c WHERE c.userId = @user', parameters: [{ name: '@user', value: 'bert' }] }, (error, feed) => respond(feed.length));
                parameters.pop();
            }
            """);

        Assert.Equal("[[{\"id\":\"1\",\"none\":null}],4,4,0]", body);
    }

    [Fact]
    public async Task ADocument_ThatHasOutlivedItsTtl_IsGoneForScripts()
    {
        await container.CreateItemAsync(new { id = "1", userId = "anna", ttl = 30 });
        const string read = $"function () {{ {Collection} c.readDocument(doc('1'), number); c.readDocuments(link, (error, feed) => respond(feed.length)); }}";
        Assert.Equal("[0,1]", await container.BodyAsync(read));

        account.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal("[404,0]", await container.BodyAsync(read));
        Assert.Equal("[0]", await container.BodyAsync($"function () {{ {Collection} c.createDocument(link, {{ id: '1', userId: 'anna' }}, number); }}"));
    }

    [Fact]
    public async Task ARead_OfAVersionThatIsKnown_SaysSo()
    {
        await container.CreateItemAsync(new { id = "1", userId = "anna" });

        var body = await container.BodyAsync(
            $$"""
            function () {
                {{Collection}}
                c.readDocument(doc('1'), (error, d) => c.readDocument(d._self, { ifNoneMatch: d._etag }, (error, same, options) => respond([same === undefined, options.notModified])));
            }
            """);

        Assert.Equal("[[true,true]]", body);
    }

    [Theory]
    [InlineData("__.filter(d => d.price > 5, (error, feed) => respond(feed.map(d => d.id)))", "[[\"1\",\"2\"]]")]
    [InlineData("__.map(d => d.name.length, (error, feed) => respond(feed))", "[[4,7,5,7]]")]
    [InlineData("__.pluck('id', { pageSize: 2 }, (error, feed, options) => respond([feed, typeof options.continuation]))", "[[[\"1\",\"2\"],\"string\"]]")]
    [InlineData("__.chain().filter(d => d.tags).map(d => d.tags).flatten().value((error, feed) => respond(feed))", "[[\"home\",\"light\",\"light\"]]")]
    [InlineData("__.sortByDescending(d => d.name, (error, feed) => respond(feed.map(d => d.id)))", "[[\"4\",\"2\",\"1\",\"3\"]]")]
    [InlineData("__.unwind(d => d.tags || [], (d, t) => d.id + t, (error, feed) => respond(feed))", "[[\"1home\",\"1light\",\"2light\"]]")]
    public async Task TheQueryFunctions_MakeOfDocumentsWhatTheySay(string call, string expected)
    {
        await container.AddProductsAsync();

        Assert.Equal(expected, await container.BodyAsync($"function () {{ {Collection} if (!{call}.isAccepted) throw new Error('not accepted'); }}"));
    }

    [Fact]
    public async Task AQueryFunction_WithoutACallback_RespondsToTheCaller()
    {
        await container.AddProductsAsync();

        Assert.Equal("\"[\\\"1\\\"]\"", await container.BodyAsync("function () { __.chain().filter(d => d.price === 20).pluck('id').value(); }"));
    }
}

/// <summary>In Jint, where every procedure runs that is not the program's own.</summary>
public sealed class CollectionOperationsInJint() : CollectionOperationTests(inV8: false);

/// <summary>In V8.</summary>
public sealed class CollectionOperationsInV8() : CollectionOperationTests(inV8: true);
