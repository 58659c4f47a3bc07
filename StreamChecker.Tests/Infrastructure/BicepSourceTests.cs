using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Infrastructure;

public sealed class BicepSourceTests
{
    [BicepFact]
    public void Main_Builds_WithoutAWarning() => Assert.NotEmpty(CompiledTemplate.Json);

    [BicepFact]
    public void ParameterFile_Builds_WithoutAWarning() =>
        BicepCompiler.Run("build-params", RepositoryFiles.Path("infra/main.bicepparam"), "--stdout", "--no-restore").ShouldBeClean();

    [BicepFact]
    public void EveryFile_Lints_WithoutAWarning() =>
        BicepCompiler.Run("lint", "--pattern", RepositoryFiles.Path("infra/**/*.bicep"), "--no-restore").ShouldBeClean();

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

        var run = BicepCompiler.Run("lint", "--pattern", copy.Path("infra/**/*.bicep"), "--no-restore");

        Assert.Contains("Error no-unused-params:", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Error use-description-params:", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Error outputs-should-not-contain-secrets:", run.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, run.ExitCode);
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
