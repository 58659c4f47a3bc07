using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Infrastructure;

public sealed class BicepSourceTests
{
    [BicepFact]
    public void Main_Builds_WithoutAWarning() => Assert.NotEmpty(CompiledTemplate.Json);

    [BicepFact]
    public void ParameterFile_Builds_WithoutAWarning() =>
        Assert.NotEmpty(BicepCompiler.CompileParameters(RepositoryFiles.Path("infra/main.bicepparam")));

    [BicepFact]
    public void EveryFile_Lints_WithoutAWarning() => Assert.All(
        Directory.EnumerateFiles(RepositoryFiles.Path("infra"), "*.bicep", SearchOption.AllDirectories),
        file => Assert.NotEmpty(BicepCompiler.Compile(file)));

    [BicepFact]
    public void BrokenRule_IsAnError()
    {
        using var copy = new InfrastructureCopy();
        copy.Write(
            "infra/modules/broken.bicep",
            """
            param undescribed string
            @secure()
            @description('A secret.')
            param apiKey string
            @description('A leak.')
            output leak string = apiKey
            """);

        var errors = Assert.Throws<BicepException>(() => BicepCompiler.Compile(copy.Path("infra/modules/broken.bicep"))).Message;

        Assert.Contains("Error no-unused-params:", errors, StringComparison.Ordinal);
        Assert.Contains("Error use-description-params:", errors, StringComparison.Ordinal);
        Assert.Contains("Error outputs-should-not-contain-secrets:", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Configuration_HoldsEveryRuleAsAnError_ButThreeThatItExplains()
    {
        var rules = JsonNode.Parse(
            RepositoryFiles.Text("bicepconfig.json"),
            documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!
            ["analyzers"]!["core"]!["rules"]!.AsObject();

        var others = rules.Where(rule => (string?)rule.Value!["level"] != "error").Select(rule => rule.Key);

        Assert.Equal(["use-description-vars", "use-recent-api-versions", "use-recent-module-versions"], others.Order(StringComparer.Ordinal));
        Assert.All(others, rule => Assert.Equal("off", (string?)rules[rule]!["level"]));
    }
}
