using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using InProcessCosmos.Tests.Gateway;
using Microsoft.Extensions.Hosting;

namespace InProcessCosmos.Tests.Listener;

/// <summary>The gateway's listener over a real socket, called by hand: each id reaches the one that has it, and nothing fails after it was done.</summary>
public sealed class ListenerSocketTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("in-process-cosmos-");
    private IHost host = null!;
    private HttpClient http = null!;

    public async Task InitializeAsync()
    {
        host = await ListenerHost.StartAsync(folder);
        http = new() { BaseAddress = ListenerHost.Address(host) };
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await host.StopAsync();
        host.Dispose();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("a%20b", "a b")]
    [InlineData("p%41", "pA")]
    [InlineData("100%25", "100%")]
    [InlineData("%C3%A4", "ä")]
    [InlineData("a%2Bb", "a+b")]
    public async Task AnId_ThatLooksLikeAnEscape_IsItself(string id, string other)
    {
        foreach (var name in new[] { id, other })
        {
            Assert.Equal(HttpStatusCode.Created, await CallAsync(HttpMethod.Post, ["dbs"], new { id = name }));
            Assert.Equal(HttpStatusCode.Created, await CallAsync(HttpMethod.Post, ["dbs", name, "colls"], new { id = name, partitionKey = new { paths = new[] { "/pk" }, kind = "Hash" } }));
            Assert.Equal(HttpStatusCode.OK, await CallAsync(HttpMethod.Get, ["dbs", name, "colls", name]));
            Assert.Equal(HttpStatusCode.Created, await CallAsync(HttpMethod.Post, ["dbs", name, "colls", name, "sprocs"], new { id = name, body = "function (a) { getContext().getResponse().setBody(a); }" }));
            Assert.Equal(HttpStatusCode.Created, await CallAsync(HttpMethod.Post, ["dbs", name, "colls", name, "docs"], new { id = name, pk = "p" }));
            Assert.Equal(HttpStatusCode.OK, await CallAsync(HttpMethod.Post, ["dbs", name, "colls", name, "sprocs", name], new[] { 1 }));
        }

        Assert.Equal(HttpStatusCode.NotFound, await CallAsync(HttpMethod.Get, ["dbs", id, "colls", id, "docs", other]));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(HttpMethod.Put, ["dbs", id, "colls", id, "docs", id], new { id, pk = "p", n = 2 }));
        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(HttpMethod.Delete, ["dbs", id, "colls", id, "docs", id]));
        Assert.Equal(HttpStatusCode.NotFound, await CallAsync(HttpMethod.Get, ["dbs", id, "colls", id, "docs", id]));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(HttpMethod.Get, ["dbs", other, "colls", other, "docs", other]));
        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(HttpMethod.Delete, ["dbs", id]));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(HttpMethod.Get, ["dbs", other]));
    }

    [Theory]
    [InlineData("Größe 日本 😀")]
    [InlineData("tab\tand line")]
    public async Task AName_ThatNoHeaderCanHold_FailsNothing(string name)
    {
        Assert.Equal(HttpStatusCode.Created, await CallAsync(HttpMethod.Post, ["dbs"], new { id = name }));
        Assert.Equal(HttpStatusCode.Created, await CallAsync(HttpMethod.Post, ["dbs", name, "colls"], new { id = name, partitionKey = new { paths = new[] { "/pk" }, kind = "Hash" } }));
        Assert.Equal(HttpStatusCode.Created, await CallAsync(HttpMethod.Post, ["dbs", name, "colls", name, "docs"], new { id = name, pk = "p" }));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(HttpMethod.Get, ["dbs", name, "colls", name, "docs", name]));
    }

    [Theory]
    [InlineData("a?b=c", "a%3Fb%3Dc")]
    [InlineData("a?b=c", "a?b=c")]
    [InlineData("what?", "what?")]
    [InlineData("?", "?")]
    [InlineData("#1", "%231")]
    public async Task ADocumentsId_MayHaveAQuestionMarkAndANumberSign(string id, string sent)
    {
        Assert.Equal(HttpStatusCode.Created, await CallAsync(HttpMethod.Post, ["dbs"], new { id = "shop" }));
        Assert.Equal(HttpStatusCode.Created, await CallAsync(HttpMethod.Post, ["dbs", "shop", "colls"], new { id = "items", partitionKey = new { paths = new[] { "/pk" }, kind = "Hash" } }));
        Assert.Equal(HttpStatusCode.Created, await CallAsync(HttpMethod.Post, ["dbs", "shop", "colls", "items", "docs"], new { id, pk = "p" }));

        var path = $"dbs/shop/colls/items/docs/{sent}";
        Assert.Equal(HttpStatusCode.OK, await CallAsync(HttpMethod.Get, path));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(HttpMethod.Put, path, new { id, pk = "p", n = 2 }));
        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(HttpMethod.Delete, path));
    }

    [Fact]
    public async Task AQuery_OfAnotherResource_IsIgnored()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dbs?api-version=1");
        foreach (var (header, value) in RestCalls.Signature(HttpMethod.Get, "dbs"))
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task AnOperationThatIsNotSupported_IsNamed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dbs/shop/colls/items/operations/partitionkeydelete");
        request.Headers.TryAddWithoutValidation("authorization", "type%3dmaster%26ver%3d1.0%26sig%3dnone");
        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("partitionkeydelete", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private Task<HttpStatusCode> CallAsync(HttpMethod method, string[] segments, object? body = null) =>
        CallAsync(method, string.Join('/', segments.Select(Uri.EscapeDataString)), body);

    private async Task<HttpStatusCode> CallAsync(HttpMethod method, string path, object? body = null)
    {
        // The path goes over the wire as it is: Uri would take %41 for A.
        using var request = new HttpRequestMessage(method, new Uri($"{http.BaseAddress}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var (header, value) in RestCalls.Signature(method, path))
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        request.Headers.TryAddWithoutValidation("x-ms-documentdb-partitionkey", "[\"p\"]");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(body))) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
