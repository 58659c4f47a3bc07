using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Jint;

namespace StreamChecker.Tests.Contract;

/// <summary>The pages that people read.</summary>
public sealed partial class DocumentationTests : IAsyncLifetime
{
    private readonly StreamServer server = new();
    private readonly HttpClient client;

    public DocumentationTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task ThePage_AsksForNothingThatTheServiceDoesNotServe()
    {
        var page = (await client.SendAsync(HttpMethod.Get, "/docs")).Content;

        var asked = Reference().Matches(page).Select(match => match.Groups[1].Value + match.Groups[2].Value).ToList();

        Assert.Equal(4, asked.Count);
        Assert.True(asked.Remove("data:,"), "The page lets the browser ask for an icon.");
        foreach (var reference in asked)
        {
            Assert.StartsWith("/", reference, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, reference)).Status);
        }
    }

    /// <summary>The examples of a parameter and of a body are what the page's form begins with.</summary>
    [Fact]
    public async Task ThePagesForm_HoldsNoIdThatCannotWorkAndNoIdempotencyKey()
    {
        var shown = await ContractOfThePageAsync();

        var operations = shown["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!).ToList();
        var filledIn = operations.SelectMany(operation => operation["parameters"]?.AsArray() ?? [])
            .Where(parameter => parameter!["example"] is not null).Select(parameter => (string)parameter!["name"]!).Distinct();
        var bodies = operations.SelectMany(operation => operation["requestBody"]?["content"]!.AsObject().Single().Value!["examples"]!.AsObject() ?? []).ToList();
        Assert.Equal(["userId", "asset", "name"], filledIn);
        Assert.Equal(["film-42", "5"], bodies.Where(body => body.Key is "admitted" or "raised").Select(body => (body.Value!["value"]!["streamId"] ?? body.Value["value"]!["maxConcurrentStreams"])!.ToString()));
        Assert.Contains(bodies, body => body.Value!["value"] is JsonValue);
        Assert.All(bodies, body => Assert.False(body.Value!["value"] is JsonObject json
            ? json.ContainsKey("replace") || json.ContainsKey("ids")
            : body.Value["value"]!.GetValue<string>().Contains("idempotencyKey", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/swagger-ui.css")]
    [InlineData("/docs/swagger-ui-bundle.js")]
    [InlineData("/openapi.json")]
    [InlineData("/problems/stream-ended")]
    public async Task WhatABrowserHasAlready_IsNotSentAgain(string path)
    {
        var first = await client.SendAsync(HttpMethod.Get, path);
        var tag = first.Message.Headers.ETag!.ToString();

        var again = await client.SendAsync(HttpMethod.Get, path, headers: ("If-None-Match", tag));
        var other = await client.SendAsync(HttpMethod.Get, path, headers: ("If-None-Match", "\"another-version\""));

        Assert.Equal((HttpStatusCode.OK, "no-cache"), (first.Status, first.Message.Headers.CacheControl!.ToString()));
        Assert.Equal((HttpStatusCode.NotModified, ""), (again.Status, again.Content));
        Assert.Equal((HttpStatusCode.OK, first.Content), (other.Status, other.Content));
    }

    [Fact]
    public async Task TheRoot_LeadsToThePage()
    {
        using var plain = server.CreateDefaultClient();

        using var root = await plain.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal((HttpStatusCode.TemporaryRedirect, "/docs"), (root.StatusCode, root.Headers.Location!.ToString()));
        Assert.Equal(HttpStatusCode.NoContent, (await plain.GetAsync(new Uri("/favicon.ico", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public void EveryProblemType_HasAPageAndEveryPageAType() => Assert.Equal(
        ProblemPages.Types.Select(type => type.Split('/')[^1]).Order(StringComparer.Ordinal), ProblemPages.Names.Order(StringComparer.Ordinal));

    [Fact]
    public async Task AProblemsType_IsThePathOfItsPage()
    {
        foreach (var type in ProblemPages.Types)
        {
            var page = await client.SendAsync(HttpMethod.Get, type);

            Assert.Equal((HttpStatusCode.OK, "text/markdown"), (page.Status, page.ContentType));
            Assert.Equal(RepositoryFiles.Text($"docs{type}.md"), page.Content);
        }
    }

    [Fact]
    public void EveryPage_SaysWhatTheProblemMeansAndWhatToDo()
    {
        foreach (var name in ProblemPages.Names)
        {
            var page = RepositoryFiles.Text($"docs/problems/{name}.md");

            Assert.StartsWith($"# {name}\n\nStatus: ", page, StringComparison.Ordinal);
            Assert.Matches(@"\n## What it means\n\n\S", page);
            Assert.Matches(@"\n## What the client should do\n\n\S", page);
        }
    }

    [Fact]
    public void EveryPage_NamesTheStatusThatTheContractHas()
    {
        foreach (var name in ProblemPages.Names)
        {
            var line = RepositoryFiles.Text($"docs/problems/{name}.md").Split('\n')[2];

            Assert.All(StatusesOf(name), status => Assert.Contains(status, line, StringComparison.Ordinal));
        }
    }

    private async Task<JsonNode> ContractOfThePageAsync()
    {
        var script = InlineScript().Match((await client.SendAsync(HttpMethod.Get, "/docs")).Content).Groups[1].Value;
        using var engine = new Engine();
        engine.SetValue("text", (await client.SendAsync(HttpMethod.Get, "/openapi.json")).Content);
        engine.Execute("let page; function SwaggerUIBundle(settings) { page = settings; }").Execute(script);
        return JsonNode.Parse(engine.Evaluate("page.responseInterceptor({ url: `http://127.0.0.1:7071${page.url}`, ok: true, text }).text").AsString())!;
    }

    private static IEnumerable<string> StatusesOf(string problem)
    {
        var calls = CommittedContract.Operations.SelectMany(operation => operation.Json["responses"]!.AsObject())
            .Select(response => (Status: response.Key, Response: CommittedContract.Resolve(response.Value!)));
        return calls.Where(result => result.Response["content"]?["application/problem+json"]?["examples"]?.ToJsonString()
            .Contains($"\"/problems/{problem}\"", StringComparison.Ordinal) == true).Select(result => result.Status).Distinct();
    }

    [GeneratedRegex("(?:href|src)=\"([^\"]+)\"|url: '([^']+)'")]
    private static partial Regex Reference();

    [GeneratedRegex("<script>(.+?)</script>", RegexOptions.Singleline)]
    private static partial Regex InlineScript();
}
