using System.Text.RegularExpressions;
using InProcessCosmos.Execution;
using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;

namespace InProcessCosmos.Tests;

/// <summary>The code of the README is the code of this test.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task TheCodeOfTheReadme_Runs()
    {
        await using var engine = DocumentEngine.Open(new() { DataPath = "cosmos-data" });
        using var cosmos = new CosmosClient("http://localhost", CosmosGatewayOptions.EmulatorKey, new() { ConnectionMode = ConnectionMode.Gateway, HttpClientFactory = () => new HttpClient(new CosmosGatewayHandler(engine)) });
        Container items = await (await cosmos.CreateDatabaseIfNotExistsAsync("shop")).Database.CreateContainerIfNotExistsAsync("items", "/userId");

        try
        {
            await items.Scripts.CreateStoredProcedureAsync(new("greet", "function (name) { getContext().getResponse().setBody('Hello, ' + name); }"));
            string greeting = await items.Scripts.ExecuteStoredProcedureAsync<string>("greet", new PartitionKey("anna"), ["world"]);

            Assert.Equal("Hello, world", greeting);
        }
        finally
        {
            await items.Database.DeleteAsync();
        }
    }

    [Fact]
    public void TheCodeOfTheReadme_IsWhatTheTestRuns()
    {
        var lines = CodeBlock().Matches(Text("README.md")).SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();

        Assert.Equal(5, lines.Count);
        Assert.All(lines, line => Assert.Contains($" {line}\n", Text("ReadmeTests.cs"), StringComparison.Ordinal));
    }

    private static string Text(string resource)
    {
        using var reader = new StreamReader(typeof(ReadmeTests).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
