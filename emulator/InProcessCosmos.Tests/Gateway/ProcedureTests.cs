using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Scripts;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>Stored procedures: making them, running them, and what a run may use.</summary>
public abstract class ProcedureTests(bool inV8) : IAsyncLifetime
{
    private readonly CosmosGatewayAccount account = new(inV8: inV8);
    private Container container = null!;

    public async Task InitializeAsync() => container = await account.ContainerAsync();

    public async Task DisposeAsync() => await account.DisposeAsync();

    [Fact]
    public async Task AProcedure_GoesThroughItsLife()
    {
        var scripts = container.Scripts;
        var created = await scripts.CreateStoredProcedureAsync(new("greet", "function () { getContext().getResponse().setBody('one'); }"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("\"one\"", (await container.ExecuteAsync("greet")).Body);

        var replaced = await scripts.ReplaceStoredProcedureAsync(new("greet", "function () { getContext().getResponse().setBody('two'); }"));
        Assert.NotEqual(created.ETag, replaced.ETag);
        Assert.Equal("\"two\"", (await container.ExecuteAsync("greet")).Body);

        var read = await scripts.ReadStoredProcedureAsync("greet");
        Assert.Equal((replaced.ETag, replaced.Resource.Body), (read.ETag, read.Resource.Body));
        await scripts.CreateStoredProcedureAsync(new("other", "function () {}"));
        var found = await scripts.GetStoredProcedureQueryIterator<StoredProcedureProperties>("SELECT * FROM c WHERE STARTSWITH(c.id, 'g')").ReadNextAsync();
        Assert.Equal(["greet"], found.Select(procedure => procedure.Id));

        Assert.Equal(HttpStatusCode.NoContent, (await scripts.DeleteStoredProcedureAsync("greet")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await container.ExecuteAsync("greet")).Status);
    }

    [Theory]
    [InlineData("function () {")]
    [InlineData("42")]
    [InlineData("function () {} function () {}")]
    [InlineData("")]
    public async Task ATextThatDoesNotCompile_IsAccepted_AndFailsWhenItIsRun(string body)
    {
        var created = await account.CallAsync(HttpMethod.Post, "dbs/shop/colls/items/sprocs", JsonSerializer.Serialize(new { id = "p", body }));
        Assert.Equal(HttpStatusCode.Created, created.Status);

        var run = await container.ExecuteAsync("p");

        Assert.Equal((HttpStatusCode.BadRequest, 65535), (run.Status, run.SubStatus));
        Assert.Contains("Encountered exception while compiling Javascript.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_HaveTheStatusOfCosmosDB()
    {
        var scripts = container.Scripts;
        await scripts.CreateStoredProcedureAsync(new("p", "function () {}"));

        await AssertFailsAsync(HttpStatusCode.Conflict, () => scripts.CreateStoredProcedureAsync(new("p", "function () {}")));
        await AssertFailsAsync(HttpStatusCode.NotFound, () => scripts.ReadStoredProcedureAsync("missing"));
        await AssertFailsAsync(HttpStatusCode.NotFound, () => scripts.ReplaceStoredProcedureAsync(new("missing", "function () {}")));
        await AssertFailsAsync(HttpStatusCode.NotFound, () => scripts.DeleteStoredProcedureAsync("missing"));
        await AssertFailsAsync(HttpStatusCode.NotFound, () => scripts.ExecuteStoredProcedureAsync<string>("missing", new(Products.Owner), []));
    }

    [Fact]
    public async Task ARun_WithoutAPartitionKey_IsRejected()
    {
        await container.Scripts.CreateStoredProcedureAsync(new("p", "function () {}"));

        var response = await account.CallAsync(HttpMethod.Post, "dbs/shop/colls/items/sprocs/p", "[]");

        Assert.Equal(HttpStatusCode.BadRequest, response.Status);
        Assert.Contains("PartitionKey value must be supplied", response.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "[]")]
    [InlineData("null", "[]")]
    [InlineData("[]", "[]")]
    [InlineData("[1,\"two\",null,{\"x\":[true]}]", "[1,\"two\",null,{\"x\":[true]}]")]
    [InlineData("{}", "[]")]
    [InlineData("{\"0\":\"a\",\"1\":\"b\",\"length\":1.5}", "[\"a\"]")]
    [InlineData("{\"1\":\"b\",\"length\":\"2\"}", "[null,\"b\"]")]
    [InlineData("{\"length\":-1}", "[]")]
    public async Task TheArguments_AreAnArray_OrLikeOne(string body, string arguments)
    {
        Assert.Equal((HttpStatusCode.OK, arguments), await ExecuteAsync(body));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("\"text\"")]
    [InlineData("false")]
    [InlineData("[1,")]
    [InlineData("{\"length\":1e9}")]
    public async Task ArgumentsThatAreNone_AreRejected(string body)
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await ExecuteAsync(body)).Status);
    }

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("r.setBody(undefined)", "")]
    [InlineData("r.setBody(null)", "null")]
    [InlineData("r.setBody({ a: [1.5, 'ä\\u2028', undefined] })", "{\"a\":[1.5,\"ä\u2028\",null]}")]
    [InlineData("r.setBody('one'); r.appendBody('two')", "\"onetwo\"")]
    [InlineData("r.setBody(1); r.appendBody(2); r.setBody(r.getBody() + 1)", "4")]
    [InlineData("r.setValue('body', 5)", "5")]
    [InlineData("r.setBody(typeof r.getBody() + r.getBody())", "\"string\"")]
    [InlineData("for (let i = 0; i < 10; i++) r.appendValue('Body', i)", "\"0123456789\"")]
    [InlineData("r.setBody(5); r.setBody(String(r.getValue('Body')))", "\"5\"")]
    [InlineData("__.response.setBody(__.request.getBody())", "[\"x\"]")]
    [InlineData("r.setBody(getContext().getRequest().getValue('x-ms-documentdb-partitionkey'))", "\"[\\\"anna\\\"]\"")]
    [InlineData("r.setBody(Date.now())", "1769890500000")]
    public async Task ABody_IsWhatTheScriptHasSet(string statements, string body)
    {
        Assert.Equal(body, await container.BodyAsync($"function () {{ const r = getContext().getResponse(); {statements}; }}", "x"));
    }

    [Theory]
    [InlineData("while (true) { }", 0.1, int.MaxValue, 408, "longer than 0.1 seconds")]
    [InlineData("(function f() { try { f(); } finally { f(); } })()", 0.1, int.MaxValue, 408, "longer than 0.1 seconds")]
    [InlineData("/^(a+)+$/.test('a'.repeat(50) + 'b')", 0.5, int.MaxValue, 408, "longer than 0.5 seconds")]
    public async Task ARunThatUsesTooMuch_IsEndedAndRolledBack_AndTheNextOneRuns(string statements, double seconds, int mostStatements, int status, string message)
    {
        await using var limited = new CosmosGatewayAccount(
            options => options.ScriptLimits = new() { Time = TimeSpan.FromSeconds(seconds), Statements = mostStatements }, inV8);
        var items = await limited.ContainerAsync();
        const string write = "__.createDocument(__.getSelfLink(), { id: String(Math.random()), userId: 'anna' })";
        await items.Scripts.CreateStoredProcedureAsync(new("p", $"function (tooMuch) {{ {write}; if (tooMuch) {{ {statements}; }} }}"));

        var run = await items.ExecuteAsync("p", true);

        Assert.Equal((status, 0), ((int)run.Status, run.SubStatus));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal("", await items.IdsAsync());
        Assert.Equal(HttpStatusCode.OK, (await items.ExecuteAsync("p", false)).Status);
    }

    [Theory]
    [InlineData("(function f() { f(); })()")]
    [InlineData("function a() { b(); } function b() { c(); } function c() { d(); } function d() { e(); } function e() { f(); } function f() { g(); } function g() { h(); } function h() { i(); } function i() { j(); } function j() { k(); } function k() { l(); } function l() { m(); } function m() { a(); } a()")]
    [InlineData("const o = { get deeper() { return this.deeper; } }; o.deeper")]
    [InlineData("function F() { new F(); } new F()")]
    public async Task ARecursionWithoutEnd_IsAnErrorOfTheScript(string statements)
    {
        await container.Scripts.CreateStoredProcedureAsync(new("deep", $"function () {{ {statements}; }}"));

        var run = await container.ExecuteAsync("deep");

        Assert.Equal((HttpStatusCode.BadRequest, 0), (run.Status, run.SubStatus));
        Assert.Contains("RangeError: Maximum call stack size exceeded", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARun_LeavesNothingBehind_ForTheNext()
    {
        await container.Scripts.CreateStoredProcedureAsync(new(
            "count",
            "function () { globalThis.runs = (globalThis.runs || 0) + 1; Array.prototype.mine = 1; __.response.appendBody(globalThis.runs); delete Array.prototype.mine; }"));

        Assert.Equal("\"1\"", (await container.ExecuteAsync("count")).Body);
        Assert.Equal("\"1\"", (await container.ExecuteAsync("count")).Body);
    }

    [Fact]
    public async Task APromise_IsWaitedFor()
    {
        var body = await container.BodyAsync(
            """
            async function () {
                const made = await new Promise((resolve, reject) => __.createDocument(__.getSelfLink(), { id: '1', userId: 'anna' }, (error, made) => error ? reject(error) : resolve(made)));
                __.response.setBody(made.id);
            }
            """);

        Assert.Equal("\"1\"", body);
    }

    [Theory]
    [InlineData("console.log('plain')", "plain")]
    [InlineData("console.log('%s of %s%%', 1, 'two')", "1 of two%")]
    [InlineData("console.log('ä', ''); console.log('b')", "äb")]
    public async Task ALog_ReachesTheCaller(string statements, string log)
    {
        Assert.Equal(log, (await container.RunAsync($"function () {{ {statements}; }}")).Log);
    }

    private static async Task AssertFailsAsync(HttpStatusCode status, Func<Task> call) =>
        Assert.Equal(status, (await Assert.ThrowsAsync<CosmosException>(call)).StatusCode);

    private async Task<(HttpStatusCode Status, string Body)> ExecuteAsync(string arguments)
    {
        await container.Scripts.CreateStoredProcedureAsync(new("echo", "function () { getContext().getResponse().setBody(Array.from(arguments)); }"));
        using var payload = new MemoryStream(Encoding.UTF8.GetBytes(arguments));
        using var response = await container.Scripts.ExecuteStoredProcedureStreamAsync("echo", payload, new PartitionKey(Products.Owner));
        using var reader = new StreamReader(response.Content ?? Stream.Null);
        return (response.StatusCode, await reader.ReadToEndAsync());
    }
}

/// <summary>In Jint, where every procedure runs that is not the program's own.</summary>
public sealed class ProceduresInJint() : ProcedureTests(inV8: false);

/// <summary>In V8.</summary>
public sealed class ProceduresInV8() : ProcedureTests(inV8: true);
