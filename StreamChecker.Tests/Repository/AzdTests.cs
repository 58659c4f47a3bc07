using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StreamChecker.Tests.Infrastructure;

namespace StreamChecker.Tests.Repository;

/// <summary>What the Azure Developer CLI reads, held together: it runs neither here nor in a test.</summary>
public sealed partial class AzdTests
{
    [Fact]
    public void Azd_IsOneWhoseBicepKnowsTheSyntaxOfTheTemplate()
    {
        // Multi-line strings with interpolation are of Bicep 0.40, which azd brings since 1.23.8.
        Assert.Contains("$'''", RepositoryFiles.Text("infra/modules/alerts.bicep"), StringComparison.Ordinal);
        Assert.Contains("\nrequiredVersions:\n  azd: '>= 1.23.8'\n", AzureYaml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Template_IsNamedWithTheVersionOfTheProject() =>
        Assert.Contains(
            $"\nmetadata:\n  template: stream-checker@{Version().Match(RepositoryFiles.Text("Directory.Build.props")).Groups["version"].Value}\n",
            AzureYaml(),
            StringComparison.Ordinal);

    [Fact]
    public void FunctionsProject_HasUserSecretsAlready_SoThatAzdDoesNotEditIt() =>
        Assert.Matches(UserSecretsId(), RepositoryFiles.Text("StreamChecker.Functions/StreamChecker.Functions.csproj"));

    [Fact]
    public void Workflow_ProvisionsBeforeItDeploys_SoThatNoAppMeetsAMissingProcedure()
    {
        var workflow = RepositoryFiles.Text(".github/workflows/deploy.yml");
        var commands = AzdCommand().Matches(workflow).Select(match => match.Groups["command"].Value);

        Assert.Equal(["auth", "provision", "deploy"], commands);
    }

    [Fact]
    public void EveryVariableOfTheParameterFile_IsPassedOnByTheWorkflow()
    {
        var workflow = RepositoryFiles.Text(".github/workflows/deploy.yml");
        var variables = Variable().Matches(RepositoryFiles.Text("infra/main.bicepparam")).Select(match => match.Groups["name"].Value).ToList();

        Assert.NotEmpty(variables);
        Assert.All(variables, variable => Assert.Matches($@"(?m)^ +{variable}: \$\{{\{{", workflow));
    }

    [BicepFact]
    public void DefaultOfEveryVariable_IsTheDefaultOfItsParameter()
    {
        var values = JsonNode.Parse(BicepCompiler.CompileParameters(RepositoryFiles.Path("infra/main.bicepparam")))!["parameters"]!.AsObject();

        Assert.All(values.Where(value => value.Key != "environmentName"), value => Assert.Equal(
            CompiledTemplate.Parameters[value.Key]!["defaultValue"]!.ToJsonString(),
            value.Value!["value"]!.ToJsonString()));
    }

    [Fact]
    public void DevContainer_HasTheSdkOfTheProject_AndTheToolsThatTheRunbooksCall()
    {
        var container = JsonNode.Parse(
            RepositoryFiles.Text(".devcontainer/devcontainer.json"),
            documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        var sdk = string.Join('.', ((string)JsonNode.Parse(RepositoryFiles.Text("global.json"))!["sdk"]!["version"]!).Split('.').Take(2));

        Assert.Contains($"-{sdk}", (string)container["image"]!, StringComparison.Ordinal);
        Assert.Equal(
            ["azd", "azure-cli", "node"],
            container["features"]!.AsObject().Select(feature => feature.Key.Split('/')[^1].Split(':')[0]).Order(StringComparer.Ordinal));
        Assert.Contains("azure-functions-core-tools@4", (string)container["postCreateCommand"]!, StringComparison.Ordinal);
    }

    private static string AzureYaml() => RepositoryFiles.Text("azure.yaml").ReplaceLineEndings("\n");

    [GeneratedRegex("<Version>(?<version>[^<]+)</Version>")]
    private static partial Regex Version();

    [GeneratedRegex("<UserSecretsId>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}</UserSecretsId>")]
    private static partial Regex UserSecretsId();

    [GeneratedRegex(@"run: azd (?<command>\w+)")]
    private static partial Regex AzdCommand();

    [GeneratedRegex(@"readEnvironmentVariable\('(?<name>\w+)'")]
    private static partial Regex Variable();
}
