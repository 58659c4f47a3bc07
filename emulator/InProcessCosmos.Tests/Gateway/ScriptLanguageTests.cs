using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>Scripts as people write them for Cosmos DB: what its script engine takes, and what it makes of their mistakes.</summary>
public abstract class ScriptLanguageTests(bool inV8) : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = 200 };

    private readonly CosmosGatewayAccount account = new(inV8: inV8);
    private Container container = null!;

    public async Task InitializeAsync() => container = await account.ContainerAsync();

    public async Task DisposeAsync() => await account.DisposeAsync();

    [Theory]
    [InlineData("function () { fresh = { id: 'x' }; getContext().getResponse().setBody(fresh.id); }", "\"x\"")]
    [InlineData("function () { getContext().getResponse().setBody(010); }", "8")]
    [InlineData("function () { with ({ a: 5 }) { getContext().getResponse().setBody(a); } }", "5")]
    [InlineData("function () { getContext().getResponse().setBody(typeof arguments.callee); }", "\"function\"")]
    [InlineData("function (a, a) { getContext().getResponse().setBody(a); }", "2")]
    [InlineData("function () { var s = 'x'; s.y = 1; getContext().getResponse().setBody(typeof s.y); }", "\"undefined\"")]
    [InlineData("function () { 'use strict'; try { fresh = 1; } catch (e) { getContext().getResponse().setBody(e.name); } }", "\"ReferenceError\"")]
    public async Task AScript_IsInSloppyMode_UnlessItSaysOtherwise(string script, string body)
    {
        Assert.Equal(body, await container.BodyAsync(script, 1, 2));
    }

    [Theory]
    [InlineData("function main() { getContext().getResponse().setBody(helper()); }\nfunction helper() { return 'helped'; }", "\"helped\"")]
    [InlineData("function main() { getContext().getResponse().setBody(LIMIT); }\nconst LIMIT = 3;", "3")]
    [InlineData("function main() { getContext().getResponse().setBody(1); }; // the end", "1")]
    [InlineData("function main() { getContext().getResponse().setBody(++count); }\nvar count = 0;", "1")]
    [InlineData("() => getContext().getResponse().setBody(1)", "1")]
    public async Task OtherStatements_MayFollowTheFunction(string script, string body)
    {
        await container.Scripts.CreateStoredProcedureAsync(new("p", script));

        Assert.Equal(body, (await container.ExecuteAsync("p")).Body);
        Assert.Equal(body, (await container.ExecuteAsync("p")).Body);
    }

    [Theory]
    [InlineData("var page = [], chunk = new Array(100001).join('x'); for (var i = 0; i < 60; i++) { page.push(chunk); try { r.setBody(page); } catch (e) { page.pop(); stopped = e.number; break; } } r.setBody([page.length > 30, page.length < 60, stopped]);", "[true,true,413]")]
    [InlineData("try { r.setBody(new Array(6000001).join('x')); } catch (e) { r.setBody(e.number); }", "413")]
    [InlineData("r.setBody('x'); try { for (;;) r.appendBody(new Array(1000001).join('x')); } catch (e) { stopped = e.number; } r.setBody([r.getBody().length, stopped]);", "[4000001,413]")]
    public async Task ABodyThatIsTooLarge_IsAnErrorInsideTheScript(string statements, string body)
    {
        Assert.Equal(body, await container.BodyAsync($"function () {{ var r = getContext().getResponse(), stopped = 0; {statements} }}"));
    }

    [Fact]
    public async Task ABodyThatIsTooLarge_AndNotCaught_RollsTheScriptBack()
    {
        var run = await container.RunAsync(
            "function () { __.createDocument(__.getSelfLink(), { id: '1', userId: 'anna' }, function () { __.response.setBody(new Array(6000001).join('x')); }); }");

        Assert.Equal((HttpStatusCode.BadRequest, 413), (run.Status, run.SubStatus));
        Assert.Equal("", await container.IdsAsync());
    }

    [Theory]
    [InlineData("var o = { code: 7 }; o.self = o; throw o;", "code: 7")]
    [InlineData("throw { code: 7, toJSON: function () { throw new Error('no'); } };", "code: 7")]
    [InlineData("throw { code: 7, get bad() { throw new Error('no'); } };", "code: 7")]
    [InlineData("throw { code: 7, big: BigInt(5) };", "code: 7")]
    [InlineData("throw { get message() { throw 1; }, get number() { throw 2; }, get stack() { throw 3; } };", "Exception = ")]
    [InlineData("throw new Proxy({}, { get: function () { throw 1; }, ownKeys: function () { throw 2; } });", "[object")]
    [InlineData("throw { code: 7, message: 'no luck' };", "Exception = {")]
    [InlineData("throw { name: 'NoLuck', message: 'today' };", "NoLuck: today")]
    [InlineData("var e = new TypeError('no luck'); e.name = undefined; throw e;", "Error: no luck")]
    [InlineData("throw Symbol('sign');", "Symbol(sign)")]
    [InlineData("throw null;", "null")]
    [InlineData("throw undefined;", "undefined")]
    [InlineData("throw function f() { };", "function f()")]
    [InlineData("throw Object.create(null);", "{}")]
    [InlineData("var o = { code: 7 }; o.self = o; getContext().abort(o);", "code: 7")]
    [InlineData("getContext().abort();", "undefined")]
    [InlineData("var o = {}; o.self = o; getContext().getResponse().setBody(o);", "TypeError")]
    [InlineData("getContext().getResponse().setBody({ toJSON: function () { throw new Error('no'); } });", "Error: no")]
    [InlineData("getContext().getResponse().setBody({ get bad() { throw new Error('no'); } });", "Error: no")]
    [InlineData("getContext().getResponse().setBody({ big: BigInt(5) });", "TypeError")]
    [InlineData("var o = { id: '2', userId: 'anna' }; o.self = o; __.createDocument(__.getSelfLink(), o);", "TypeError")]
    public async Task WhateverIsThrown_IsReported(string statements, string message)
    {
        var run = await container.RunAsync($"function () {{ __.createDocument(__.getSelfLink(), {{ id: '1', userId: 'anna' }}); {statements} }}");

        Assert.Equal((HttpStatusCode.BadRequest, 0), (run.Status, run.SubStatus));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal("", await container.IdsAsync());
    }

    [Fact]
    public async Task DocumentsArgumentsAndParameters_NestTo128Levels()
    {
        const string nest = "function nest(n) { var o = 1; for (var i = 0; i < n; i++) o = { a: o }; return o; }";
        var run = await container.BodyAsync(
            $$"""
            function (given) {
                var numbers = [], link = __.getSelfLink(), note = function (error) { numbers.push(error ? error.number : 0); __.response.setBody(numbers); };
                __.createDocument(link, { id: '1', userId: 'anna', o: nest(127) }, note);
                __.createDocument(link, { id: '2', userId: 'anna', o: nest(128) }, note);
                __.createDocument(link, JSON.stringify({ id: '3', userId: 'anna', o: nest(128) }), note);
                __.replaceDocument(__.getAltLink() + '/docs/1', { id: '1', userId: 'anna', o: given }, note);
                __.queryDocuments(link, { query: 'SELECT VALUE @deep FROM c WHERE c.o = @deep', parameters: [{ name: '@deep', value: given }] }, function (error, feed) { numbers.push(feed.length); note(error); });
            }
            {{nest}}
            """,
            Nested(126));

        Assert.Equal("[0,400,400,0,1,0]", run);
    }

    [Theory]
    [InlineData(127, HttpStatusCode.Created)]
    [InlineData(128, HttpStatusCode.BadRequest)]
    public async Task ADocumentOverTheRestSurface_NestsTo128Levels(int levels, HttpStatusCode status)
    {
        var document = JsonSerializer.Serialize(new Dictionary<string, object> { ["id"] = "1", ["userId"] = "anna", ["o"] = Nested(levels) }, Deep);
        using var body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(document));
        using var response = await container.CreateItemStreamAsync(body, new("anna"));

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("var k = getContext().getCollection(), create = k.createDocument; k.createDocument = function () { return create.apply(k, arguments); }; r.setBody(k.createDocument(k.getSelfLink(), { id: '1', userId: 'anna' }));", "true")]
    [InlineData("__.extra = function () { return 'extra'; }; r.setBody(__.extra());", "\"extra\"")]
    [InlineData("r.extra = 1; r.setBody(getContext().getResponse().extra);", "1")]
    public async Task TheCollectionsMethods_MayBeWrapped_ForOneRun(string statements, string body)
    {
        await container.Scripts.CreateStoredProcedureAsync(new("p", $"function (first) {{ var r = getContext().getResponse(); if (first) {{ {statements} }} else r.setBody([typeof __.extra, typeof r.extra]); }}"));

        Assert.Equal(body, (await container.ExecuteAsync("p", true)).Body);
        Assert.Equal("[\"undefined\",\"undefined\"]", (await container.ExecuteAsync("p", false)).Body);
    }

    [Theory]
    [InlineData("__.createDocument(__.getSelfLink(), { id: '1', userId: 'anna' }, function (e, d, o) { __.response.setBody(Object.keys(o).sort()); })", "[\"currentCollectionSizeInMB\",\"etag\",\"maxCollectionSizeInMB\",\"statusCode\"]")]
    [InlineData("__.readDocuments(__.getSelfLink(), function (e, d, o) { __.response.setBody(o.maxCollectionSizeInMB > o.currentCollectionSizeInMB); })", "true")]
    public async Task TheOptionsOfACallback_HaveTheSizeOfTheCollection(string call, string body)
    {
        Assert.Equal(body, await container.BodyAsync($"function () {{ {call}; }}"));
    }

    [Fact]
    public async Task ALog_IsCutAt8Kilobytes()
    {
        var run = await container.RunAsync("function () { for (var i = 0; i < 3; i++) console.log(new Array(4001).join('x')); __.response.setBody('done'); }");

        Assert.Equal(("\"done\"", 8192), (run.Body, run.Log!.Length));
    }

    [Theory]
    [InlineData("callback()")]
    [InlineData("function (error, made = 'none') { respond(made.id); }")]
    [InlineData("function (...given) { respond(given[1].id); }")]
    [InlineData("function () { respond(arguments[1].id); }")]
    [InlineData("(error, made) => respond(made.id)")]
    public async Task ACallback_SeesTheDocument_HoweverItTakesIt(string callback)
    {
        var body = await container.BodyAsync(
            $$"""
            function () {
                var respond = function (id) { __.response.setBody(id); };
                __.createDocument(__.getSelfLink(), { id: '1', userId: 'anna' }, {{callback}});
                function callback() { return function (error, made) { respond(made.id); }; }
            }
            """);

        Assert.Equal("\"1\"", body);
    }

    [Fact]
    public async Task Documents_ComeInTheOrderOfTheirIds_RegardlessOfTheWriter()
    {
        await container.CreateItemAsync(new { id = "b", userId = "anna" });
        await container.CreateItemAsync(new { id = "\uffee", userId = "anna" });

        var body = await container.BodyAsync(
            """
            function () {
                ['c', 'a', '\ud83d\ude00', 'é'].forEach(function (id) { __.createDocument(__.getSelfLink(), { id: id, userId: 'anna' }); });
                __.deleteDocument(__.getAltLink() + '/docs/b');
                var seen = [];
                read();
                function read(continuation) {
                    __.readDocuments(__.getSelfLink(), { pageSize: 2, continuation: continuation }, function (error, feed, more) {
                        feed.forEach(function (d) { seen.push(d.id); });
                        if (more.continuation) read(more.continuation); else __.response.setBody(seen.join(' '));
                    });
                }
            }
            """);

        Assert.Equal("a c é \uffee \ud83d\ude00", JsonSerializer.Deserialize<string>(body));
        Assert.Equal("a c é \uffee \ud83d\ude00", await container.IdsAsync());
    }

    [Fact]
    public async Task AScriptThatChangesWhatTheLanguageIsMadeOf_HarmsItselfAlone()
    {
        var run = await container.RunAsync("function () { Array.prototype.join = String.prototype.slice = JSON.stringify = function () { return '1,2\\n3'; }; throw 1; }");
        Assert.Equal(HttpStatusCode.BadRequest, run.Status);

        Assert.Equal("\"well\"", await container.BodyAsync("function () { __.response.setBody('well'); }"));
    }

    private static object Nested(int levels) => levels == 0 ? 1 : new Dictionary<string, object> { ["a"] = Nested(levels - 1) };
}

/// <summary>In Jint, where every procedure runs that is not the program's own.</summary>
public sealed class ScriptLanguageInJint() : ScriptLanguageTests(inV8: false)
{
    [Theory]
    [InlineData("while (true) { }", "more than 100000 statements")]
    [InlineData("for (let all = [];;) all.push(new Array(100000).fill(1))", "bytes of memory")]
    [InlineData("'x'.repeat(1 << 28).split('')", "")]
    [InlineData("[...'x'.repeat(1 << 28)]", "")]
    [InlineData("new Array(1 << 28).fill(0)", "")]
    [InlineData("for (let text = 'x';;) text += text", "")]
    [InlineData("JSON.parse('['.repeat(1 << 20))", "")]
    [InlineData("new ArrayBuffer(2 ** 40)", "RangeError")]
    public async Task AHostileScript_IsEnded_AndTheNextOneRuns(string statements, string message)
    {
        await using var limited = new CosmosGatewayAccount(options => options.ScriptLimits = new() { Statements = 100_000, Memory = 256 << 20 });
        var items = await limited.ContainerAsync();

        var run = await items.RunAsync($"function () {{ {statements}; }}");

        Assert.InRange((int)run.Status, 400, 499);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal("\"well\"", await items.BodyAsync("function () { __.response.setBody('well'); }"));
    }
}

/// <summary>In V8.</summary>
public sealed class ScriptLanguageInV8() : ScriptLanguageTests(inV8: true);
