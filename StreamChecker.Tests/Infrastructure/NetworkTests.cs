using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Infrastructure;

public sealed class NetworkTests
{
    private const string Storage = "Microsoft.Storage/storageAccounts";
    private const string Cosmos = "Microsoft.DocumentDB/databaseAccounts";

    [BicepFact]
    public void ByDefault_ThereIsNoNetwork_AndBothAccountsRespondOnThePublicOne()
    {
        var deployment = PredictedDeployment.OfDefaults;

        Assert.DoesNotContain(deployment.All, resource => ((string)resource["type"]!).StartsWith("Microsoft.Network/", StringComparison.Ordinal));
        Assert.Null(deployment.Only("Microsoft.Web/sites")["properties"]!["virtualNetworkSubnetId"]);
        Assert.Equal(["Enabled", "Enabled"], PublicAccess(deployment));
    }

    [BicepFact]
    public void WithANetwork_NeitherAccountRespondsOnThePublicOne() =>
        Assert.Equal(["Disabled", "Disabled"], PublicAccess(PredictedDeployment.OfProduction));

    [BicepFact]
    public void WithANetwork_TheAppJoinsASubnetThatIsDelegatedToIt()
    {
        var deployment = PredictedDeployment.OfProduction;
        var network = deployment.Only("Microsoft.Network/virtualNetworks");
        var subnet = network["properties"]!["subnets"]!.AsArray()
            .Single(subnet => subnet!["properties"]!["delegations"] is not null)!;

        Assert.Equal(
            "Microsoft.App/environments",
            (string?)Assert.Single(subnet["properties"]!["delegations"]!.AsArray())!["properties"]!["serviceName"]);
        Assert.Equal(
            $"{(string?)network["id"]}/subnets/{(string?)subnet["name"]}",
            (string?)deployment.Only("Microsoft.Web/sites")["properties"]!["virtualNetworkSubnetId"]);
    }

    [BicepTheory]
    [InlineData(Storage, "blob", "privatelink.blob.")]
    [InlineData(Cosmos, "Sql", "privatelink.documents.azure.com")]
    public void WithANetwork_TheAccountHasAPrivateEndpoint_ThatItsOwnNameLeadsTo(string type, string group, string zone)
    {
        var deployment = PredictedDeployment.OfProduction;
        var account = (string)deployment.Only(type)["id"]!;
        var endpoint = deployment.OfType("Microsoft.Network/privateEndpoints").Single(endpoint => Connection(endpoint)["privateLinkServiceId"]!.ToString() == account);
        var records = deployment.OfType("Microsoft.Network/privateEndpoints/privateDnsZoneGroups")
            .Single(records => ((string)records["id"]!).StartsWith((string)endpoint["id"]!, StringComparison.Ordinal));
        var zoneId = (string)Assert.Single(records["properties"]!["privateDnsZoneConfigs"]!.AsArray())!["properties"]!["privateDnsZoneId"]!;

        Assert.Equal([group], Connection(endpoint)["groupIds"]!.AsArray().Select(id => (string?)id));
        Assert.Contains(zone, zoneId, StringComparison.Ordinal);
        Assert.Contains(deployment.OfType("Microsoft.Network/privateDnsZones"), item => (string?)item["id"] == zoneId);
        Assert.Contains(
            deployment.OfType("Microsoft.Network/privateDnsZones/virtualNetworkLinks"),
            link => ((string)link["name"]!).Contains(zone, StringComparison.Ordinal)
                && (string?)link["properties"]!["virtualNetwork"]!["id"] == (string?)deployment.Only("Microsoft.Network/virtualNetworks")["id"]);
    }

    [BicepFact]
    public void App_IsMadeAfterTheEndpointsThatItReachesItsAccountsBy()
    {
        var before = CompiledTemplate.Json["resources"]!["functionApp"]!["dependsOn"]!.AsArray().Select(name => (string?)name).ToList();

        Assert.Contains("storageEndpoint", before);
        Assert.Contains("cosmosEndpoint", before);
    }

    private static IEnumerable<string?> PublicAccess(PredictedDeployment deployment) =>
        from type in new[] { Storage, Cosmos }
        select (string?)deployment.Only(type)["properties"]!["publicNetworkAccess"];

    private static JsonNode Connection(JsonNode endpoint) =>
        Assert.Single(endpoint["properties"]!["privateLinkServiceConnections"]!.AsArray())!["properties"]!;
}
