using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Infrastructure;

public sealed class FunctionAppTests
{
    [BicepFact]
    public void Plan_IsFlexConsumptionOnLinux()
    {
        var plan = PredictedDeployment.OfDefaults.Only("Microsoft.Web/serverfarms");

        Assert.Equal("FC1", (string?)plan["sku"]!["name"]);
        Assert.True((bool)plan["properties"]!["reserved"]!);
    }

    [BicepFact]
    public void App_RunsTheIsolatedWorkerOnDotNet10()
    {
        var runtime = Configuration(PredictedDeployment.OfDefaults)["runtime"]!;

        Assert.Equal("dotnet-isolated", (string?)runtime["name"]);
        Assert.Equal("10.0", (string?)runtime["version"]);
    }

    [BicepFact]
    public void App_SpeaksHttpsWithTls12_AndTakesNoPasswords()
    {
        var deployment = PredictedDeployment.OfDefaults;
        var app = deployment.Only("Microsoft.Web/sites")["properties"]!;

        Assert.True((bool)app["httpsOnly"]!);
        Assert.Equal("1.2", (string?)app["siteConfig"]!["minTlsVersion"]);
        Assert.Equal("1.2", (string?)app["siteConfig"]!["scmMinTlsVersion"]);

        var policies = deployment.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToList();
        Assert.Equal(["ftp", "scm"], policies.Select(policy => ((string)policy["name"]!).Split('/')[^1]).Order(StringComparer.Ordinal));
        Assert.All(policies, policy => Assert.False((bool)policy["properties"]!["allow"]!));
    }

    [BicepFact]
    public void App_HasOneIdentity_AndItsPackageIsReadWithIt()
    {
        var deployment = PredictedDeployment.OfDefaults;
        var identity = (string)deployment.Only("Microsoft.ManagedIdentity/userAssignedIdentities")["id"]!;
        var app = deployment.Only("Microsoft.Web/sites");
        var authentication = Configuration(deployment)["deployment"]!["storage"]!["authentication"]!;

        Assert.Equal("UserAssigned", (string?)app["identity"]!["type"]);
        Assert.Equal([identity], app["identity"]!["userAssignedIdentities"]!.AsObject().Select(member => member.Key));
        Assert.Equal("UserAssignedIdentity", (string?)authentication["type"]);
        Assert.Equal(identity, (string?)authentication["userAssignedIdentityResourceId"]);
    }

    [BicepFact]
    public void App_ByDefault_ScalesToZero_AndHasACeiling()
    {
        var scale = Configuration(PredictedDeployment.OfDefaults)["scaleAndConcurrency"]!;

        Assert.Empty(scale["alwaysReady"]!.AsArray());
        Assert.Equal(40, (int)scale["maximumInstanceCount"]!);
        Assert.Equal(2048, (int)scale["instanceMemoryMB"]!);
    }

    [BicepFact]
    public void App_InProduction_ScalesAsAsked()
    {
        var scale = Configuration(PredictedDeployment.OfProduction)["scaleAndConcurrency"]!;
        var ready = Assert.Single(scale["alwaysReady"]!.AsArray())!;

        Assert.Equal("http", (string?)ready["name"]);
        Assert.Equal(2, (int)ready["instanceCount"]!);
        Assert.Equal(200, (int)scale["maximumInstanceCount"]!);
        Assert.Equal(4096, (int)scale["instanceMemoryMB"]!);
        Assert.True((bool)PredictedDeployment.OfProduction.Only("Microsoft.Web/serverfarms")["properties"]!["zoneRedundant"]!);
    }

    [BicepFact]
    public void App_IsTheServiceThatAzdDeploys()
    {
        var service = (string?)PredictedDeployment.OfDefaults.Only("Microsoft.Web/sites")["tags"]!["azd-service-name"];
        var azd = RepositoryFiles.Text("azure.yaml").ReplaceLineEndings("\n");

        Assert.Contains($"\nservices:\n  {service}:\n    project: StreamChecker.Functions\n", azd, StringComparison.Ordinal);
        Assert.Contains("\n    host: function\n", azd, StringComparison.Ordinal);
    }

    private static JsonNode Configuration(PredictedDeployment deployment) =>
        deployment.Only("Microsoft.Web/sites")["properties"]!["functionAppConfig"]!;
}
