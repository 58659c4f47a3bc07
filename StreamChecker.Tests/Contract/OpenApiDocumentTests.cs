using System.Text.Json.Nodes;
using StreamChecker.Tests.Functions;

namespace StreamChecker.Tests.Contract;

/// <summary>
/// The committed <c>openapi.json</c> is what the Server's endpoints declare, and its examples are what the Server returns.
/// The responses of every other test are checked against it by <see cref="ContractCheck"/>.
/// </summary>
public sealed class OpenApiDocumentTests(ExamplesOfTheDocument played) : IClassFixture<ExamplesOfTheDocument>
{
    /// <summary>Set to 1, the test accepts the change of the contract: it writes the document instead of comparing it.</summary>
    private const string Accept = "STREAM_CHECKER_ACCEPT_CONTRACT";

    [Fact]
    public async Task TheDocument_IsWhatTheEndpointsDeclareAndTheServerReturns()
    {
        var generated = await OpenApiGenerator.GenerateAsync(played.Examples);

        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            await File.WriteAllTextAsync(RepositoryFiles.Path("openapi.json"), generated);
        }

        Assert.True(
            generated == RepositoryFiles.Text("openapi.json"),
            $"The contract has changed. If that is meant: {Accept}=1 dotnet test StreamChecker.Tests --filter {nameof(TheDocument_IsWhatTheEndpointsDeclareAndTheServerReturns)}");
    }

    [Fact]
    public void EveryStatusOfEveryCall_IsOneThatTheServerGives()
    {
        var documented = from operation in CommittedContract.Operations
                         from response in operation.Json["responses"]!.AsObject()
                         select $"{operation.Id} {response.Key}";
        var given = played.Examples.Where(example => example.Call.Length > 0).Select(example => $"{example.Call} {example.Status}").Distinct();

        Assert.Equal(documented.Order(StringComparer.Ordinal), given.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryResponseWithABody_HasAnExampleThatItsSchemaAllows()
    {
        foreach (var operation in CommittedContract.Operations.Where(operation => operation.Id is not ("OpenApi" or "DocsAsset" or "Console" or "Demo")))
        {
            foreach (var (status, response) in operation.Json["responses"]!.AsObject())
            {
                AssertExamples($"{operation.Id} {status}", CommittedContract.Resolve(response!)["content"]);
            }
        }

        foreach (var (name, response) in CommittedContract.Document["components"]!["responses"]!.AsObject())
        {
            AssertExamples(name, response!["content"]);
        }
    }

    [Fact]
    public void EveryBodyToSend_HasExamplesThatItsSchemaAllows()
    {
        var bodies = CommittedContract.Operations.Where(operation => operation.Json["requestBody"] is not null).ToList();

        Assert.Equal(["StartStream", "RenewStreams", "SetLimit", "SetLimits", "ReportPlayer"], bodies.Select(operation => operation.Id));
        Assert.All(bodies, operation => AssertExamples(operation.Id, operation.Json["requestBody"]!["content"]));
    }

    [Fact]
    public void EveryProblemType_HasASchemaThatNamesIt()
    {
        var named = CommittedContract.Document["components"]!["schemas"]!.AsObject()
            .Select(schema => schema.Value!["properties"]?["type"]?["const"]?.GetValue<string>()).OfType<string>();

        Assert.Equal(ProblemPages.Types.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryOperation_HasADescription_AndEveryParameterAFormAndAnExample() => Assert.All(CommittedContract.Operations, operation =>
    {
        Assert.NotEqual("", operation.Json["description"]?.GetValue<string>() ?? "");
        Assert.All(operation.Json["parameters"]?.AsArray() ?? [], parameter =>
        {
            Assert.True(parameter!["schema"]!["pattern"] is not null || parameter["schema"]!["enum"] is not null);
            Assert.Null(CommittedContract.SchemaError(parameter["schema"], parameter["example"]));
        });
    });

    [Fact]
    public void EveryProblemType_IsAValueOfThePagesParameter() => Assert.Equal(
        ProblemPages.Names.Order(StringComparer.Ordinal),
        CommittedContract.Operations.Single(operation => operation.Id == "Problem").Json["parameters"]![0]!["schema"]!["enum"]!.AsArray()
            .Select(name => name!.GetValue<string>()).Order(StringComparer.Ordinal));

    [Fact]
    public void Operations_AreNamedAsTheTriggers() => Assert.Equal(
        Trigger.All.Where(trigger => trigger.Method is not ("HEAD" or "OPTIONS")).Select(trigger => (trigger.Method, trigger.Route, trigger.Name)).Order(),
        CommittedContract.Operations.Select(operation => (operation.Method, operation.Path, operation.Id)).Order());

    [Fact]
    public void OnlyAnonymousCalls_NeedNoKey()
    {
        var open = CommittedContract.Operations.Where(operation => operation.Json["security"] is JsonArray { Count: 0 }).Select(operation => operation.Path);

        Assert.Equal(
            [
                "/.well-known/jwks.json", "/console", "/demo", "/docs", "/docs/{asset}", "/health/live", "/health/ready", "/openapi.json",
                "/player/{token}/cmcd", "/player/{token}/heartbeat", "/player/{token}/stop", "/problems/{name}",
            ],
            open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ThatVeryDocument_IsServed()
    {
        await using var server = new StreamServer();

        Assert.Equal(
            RepositoryFiles.Text("openapi.json"),
            (await server.CreateClient().SendAsync(HttpMethod.Get, "/openapi.json")).Content);
    }

    private static void AssertExamples(string where, JsonNode? content)
    {
        foreach (var (type, media) in content?.AsObject() ?? [])
        {
            var examples = media!["examples"]?.AsObject() ?? [];
            Assert.True(examples.Count > 0, $"{where} has no example of {type}.");
            Assert.All(examples, example => Assert.Null(CommittedContract.SchemaError(media["schema"], example.Value!["value"])));
        }
    }
}

/// <summary>The script, played once for all these tests.</summary>
public sealed class ExamplesOfTheDocument : IAsyncLifetime
{
    internal IReadOnlyList<Example> Examples { get; private set; } = [];

    public async Task InitializeAsync() => Examples = await ExampleScript.PlayAsync();

    public Task DisposeAsync() => Task.CompletedTask;
}
