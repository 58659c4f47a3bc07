using System.Net;
using Microsoft.Azure.Cosmos;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>How the collection's functions take their arguments, as Microsoft's server-side library checks them.</summary>
public abstract class CollectionArgumentTests(bool inV8) : IAsyncLifetime
{
    private const string Collection = "const c = getContext().getCollection(), link = c.getSelfLink(), respond = b => getContext().getResponse().setBody(b);";

    private readonly CosmosGatewayAccount account = new(inV8: inV8);
    private Container container = null!;

    public async Task InitializeAsync() => container = await account.ContainerAsync();

    public async Task DisposeAsync() => await account.DisposeAsync();

    [Theory]
    [InlineData("c.createDocument(link, d)", "true")]
    [InlineData("c.createDocument(link, d, {})", "true")]
    [InlineData("c.createDocument(link, d, (error, made) => respond(made.id))", "\"1\"")]
    [InlineData("c.createDocument(link, d, {}, (error, made) => respond(made.id))", "\"1\"")]
    [InlineData("c.createDocument(link, d, undefined, (error, made) => respond(made.id))", "\"1\"")]
    [InlineData("c.createDocument(link, JSON.stringify(d), (error, made) => respond(made.id))", "\"1\"")]
    [InlineData("c.createDocument(c.getAltLink(), d, (error, made) => respond(made.id))", "\"1\"")]
    [InlineData("c.upsertDocument(link, d, (error, made, options) => respond([made.id, options.statusCode]))", "[\"1\",201]")]
    [InlineData("__.createDocument(__.getSelfLink(), d, (error, made) => __.response.setBody(made.id))", "\"1\"")]
    public async Task ACall_MayLeaveOutOptionsAndCallback(string call, string expected)
    {
        var body = await container.BodyAsync($"function () {{ {Collection} const d = {{ id: '1', userId: 'anna' }}; respond({call}); }}");

        Assert.Equal(expected, body);
        Assert.Equal("1", await container.IdsAsync());
    }

    [Theory]
    [InlineData("c.createDocument(link)", "The function \"createDocument\" requires at least 2 argument(s) but was called with 1 argument(s).")]
    [InlineData("c.queryDocuments(link)", "The function \"queryDocuments\" requires at least 2 argument(s) but was called with 1 argument(s).")]
    [InlineData("c.readDocument()", "The function \"readDocument\" requires at least 1 argument(s) but was called with 0 argument(s).")]
    [InlineData("c.createDocument(link, {}, 5)", "The \"options\" parameter must be of type \"object\". Actual type is: \"number\".")]
    [InlineData("c.createDocument(link, {}, () => 0, () => 0)", "The \"options\" parameter must be of type \"object\". Actual type is: \"function\".")]
    [InlineData("c.createDocument(link, {}, null)", "The \"options\" parameter must be of type \"object\".")]
    [InlineData("c.createDocument(link, {}, {}, 'done')", "The \"callback\" parameter must be of type \"function\". Actual type is: \"string\".")]
    [InlineData("c.createDocument(link, null)", "The document body must be an object or a string")]
    [InlineData("c.createDocument(link, 5)", "The document body must be an object or a string")]
    [InlineData("c.queryDocuments(link, 5)", "The \"filterQuery\" parameter must be of type \"string\" or \"object\".")]
    [InlineData("c.createDocument('dbs/shop/colls/others', {})", "Function is not allowed to operate on resources outside current collection.")]
    [InlineData("c.readDocument('dbs/shop/colls/others/docs/1')", "Function is not allowed to operate on resources outside current collection.")]
    [InlineData("c.readDocument('1')", "Invalid document link: \"1\".")]
    [InlineData("c.replaceDocument(link, {})", "Invalid document link")]
    [InlineData("c.deleteDocument(link)", "Invalid document link")]
    [InlineData("c.readAttachments(link)", "The function \"readAttachments\" is not supported by this engine.")]
    public async Task ACall_WithWrongArguments_Throws400_WhereItStands(string call, string message)
    {
        var body = await container.BodyAsync(
            $"function () {{ {Collection} try {{ {call}; respond('accepted'); }} catch (error) {{ respond([error.number, error.message]); }} }}");

        Assert.StartsWith("[400,", body, StringComparison.Ordinal);
        Assert.Contains(message, System.Text.Json.JsonDocument.Parse(body).RootElement[1].GetString()!.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailure_WithoutACallback_EndsTheScript_AndRollsItBack()
    {
        var run = await container.RunAsync(
            $"function () {{ {Collection} c.createDocument(link, {{ id: '1', userId: 'anna' }}); c.createDocument(link, {{ id: '1', userId: 'anna' }}); }}");

        Assert.Equal(HttpStatusCode.BadRequest, run.Status);
        Assert.Equal(409, run.SubStatus);
        Assert.Contains("already exists", run.Error, StringComparison.Ordinal);
        Assert.Equal("", await container.IdsAsync());
    }

    [Fact]
    public async Task ACallback_GetsTheDocumentAsItIsStored()
    {
        var body = await container.BodyAsync(
            $$"""
            function () {
                {{Collection}}
                c.createDocument(link, { id: '1', userId: 'anna', n: [1, { x: null }] }, function (error, made, options) {
                    respond([error === undefined, made.n, made._etag === options.etag, made._self.startsWith(link), made._ts === Math.floor(Date.now() / 1000), typeof made._rid]);
                });
            }
            """);

        Assert.Equal("[true,[1,{\"x\":null}],true,true,true,\"string\"]", body);
    }

    [Fact]
    public async Task ADelete_HasNoResource_SoItsCallbackGetsTheOptionsSecond()
    {
        var body = await container.BodyAsync(
            $$"""
            function () {
                {{Collection}}
                c.createDocument(link, { id: '1', userId: 'anna' }, function (error, made) {
                    c.deleteDocument(made._self, function (error, options) { respond([error === undefined, options.statusCode]); });
                });
            }
            """);

        Assert.Equal("[true,204]", body);
        Assert.Equal("", await container.IdsAsync());
    }

    [Theory]
    [InlineData("{ userId: 'anna' }")]
    [InlineData("{ id: '', userId: 'anna' }")]
    [InlineData("{ id: null, userId: 'anna' }")]
    [InlineData("'{\"userId\":\"anna\"}'")]
    public async Task ADocumentWithoutAnId_GetsOne(string document)
    {
        var id = await container.BodyAsync($"function () {{ {Collection} c.createDocument(link, {document}, (error, made) => respond(made.id)); }}");

        Assert.True(Guid.TryParse(id.Trim('"'), out _), id);
        Assert.Equal(id.Trim('"'), await container.IdsAsync());
    }

    [Fact]
    public async Task ADocumentWithoutAnId_IsRejected_WhereTheScriptWantsItSo()
    {
        var body = await container.BodyAsync(
            $"function () {{ {Collection} c.createDocument(link, {{ userId: 'anna' }}, {{ disableAutomaticIdGeneration: true }}, error => respond(error.number)); }}");

        Assert.Equal("400", body);
    }
}

/// <summary>In Jint, where every procedure runs that is not the program's own.</summary>
public sealed class CollectionArgumentsInJint() : CollectionArgumentTests(inV8: false);

/// <summary>In V8.</summary>
public sealed class CollectionArgumentsInV8() : CollectionArgumentTests(inV8: true);
