using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Infrastructure;

/// <summary>The documents follow the template: nothing is deployed or set that they do not explain.</summary>
public sealed class InfrastructureDocsTests
{
    [BicepFact]
    public void EveryParameter_IsInTheTableOfSettings()
    {
        var document = RepositoryFiles.Text("docs/azure.md");

        Assert.All(
            CompiledTemplate.Parameters.Select(parameter => parameter.Key),
            parameter => Assert.Contains($"| `{parameter}` |", document, StringComparison.Ordinal));
    }

    [BicepFact]
    public void EveryAppSetting_IsInTheTableOfSettings()
    {
        var document = RepositoryFiles.Text("docs/azure.md");

        Assert.All(
            PredictedDeployment.OfDefaults.AppSettings().Keys,
            setting => Assert.Contains($"`{setting}`", document, StringComparison.Ordinal));
    }

    [BicepFact]
    public void EveryTypeOfResource_IsInTheTableOfResources()
    {
        var document = RepositoryFiles.Text("docs/azure.md");

        Assert.All(
            PredictedDeployment.OfProduction.All.Select(resource => (string)resource["type"]!).Distinct(),
            type => Assert.Contains($"`{type}`", document, StringComparison.Ordinal));
    }

    [BicepFact]
    public void EveryResourceProvider_IsInTheCommandThatRegistersThem()
    {
        var document = RepositoryFiles.Text("docs/operations.md");

        // Microsoft.Authorization is part of every subscription; a delegated subnet needs the provider that it is delegated to.
        Assert.All(
            PredictedDeployment.OfProduction.All.Select(resource => ((string)resource["type"]!).Split('/')[0])
                .Except(["Microsoft.Authorization"])
                .Append("Microsoft.App"),
            provider => Assert.Matches($@"for provider in [^;]*{Regex.Escape(provider)}\b", document));
    }

    [BicepFact]
    public void EveryAlert_IsInTheRunbook()
    {
        var document = RepositoryFiles.Text("docs/operations.md");
        var deployment = PredictedDeployment.OfDefaults;
        var alerts = deployment.OfType("Microsoft.Insights/scheduledQueryRules").Concat(deployment.OfType("Microsoft.Insights/metricAlerts"))
            .Select(rule => ((string)rule["name"]!)[..((string)rule["name"]!).LastIndexOf('-')]);

        Assert.All(alerts, alert => Assert.Contains($"### `{alert}`", document, StringComparison.Ordinal));
    }
}
