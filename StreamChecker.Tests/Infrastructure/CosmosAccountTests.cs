using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Infrastructure;

public sealed class CosmosAccountTests
{
    [BicepFact]
    public void Account_TakesNoKeysAndNoOldTls()
    {
        var account = Account(PredictedDeployment.OfDefaults);

        Assert.True((bool)account["disableLocalAuth"]!);
        Assert.True((bool)account["disableKeyBasedMetadataWriteAccess"]!);
        Assert.Equal("Tls12", (string?)account["minimalTlsVersion"]);
    }

    [BicepFact]
    public void Account_ByDefault_CostsNothingWhenIdle()
    {
        var account = Account(PredictedDeployment.OfDefaults);

        Assert.Equal(["EnableServerless"], account["capabilities"]!.AsArray().Select(capability => (string?)capability!["name"]));
        Assert.Equal([PredictedDeployment.WriteRegion], Regions(account));
        Assert.Equal("Session", (string?)account["consistencyPolicy"]!["defaultConsistencyLevel"]);
        Assert.Equal("Continuous7Days", (string?)account["backupPolicy"]!["continuousModeProperties"]!["tier"]);
        Assert.False((bool)account["enableAutomaticFailover"]!);
        Assert.False((bool)account["enablePerRegionPerPartitionAutoscale"]!);
    }

    [BicepFact]
    public void Account_WithReadRegions_StillHasOneWriteRegion_AndIsStrong()
    {
        var account = Account(PredictedDeployment.OfProduction);

        Assert.Equal([PredictedDeployment.WriteRegion, "northeurope"], Regions(account));
        Assert.False((bool)account["enableMultipleWriteLocations"]!);
        Assert.True((bool)account["enableAutomaticFailover"]!);
        Assert.Equal("Strong", (string?)account["consistencyPolicy"]!["defaultConsistencyLevel"]);
        Assert.All(account["locations"]!.AsArray(), location => Assert.True((bool)location!["isZoneRedundant"]!));
        Assert.Empty(account["capabilities"]!.AsArray());
        Assert.Equal("Continuous30Days", (string?)account["backupPolicy"]!["continuousModeProperties"]!["tier"]);
    }

    [BicepFact]
    public void Account_WithAutoscale_ScalesEachRegionAndPartitionByItself() =>
        Assert.True((bool)Account(PredictedDeployment.OfProduction)["enablePerRegionPerPartitionAutoscale"]!);

    [BicepFact]
    public void BoundedStaleness_IsTheLeastThatItsRegionsAllow()
    {
        var one = Account(PredictedDeployment.OfOtherValues)["consistencyPolicy"]!;
        var two = Account(PredictedDeployment.Of(
            """
            param cosmosCapacity = 'autoscale'
            param cosmosReadRegions = ['northeurope']
            param cosmosConsistencyLevel = 'BoundedStaleness'
            """))["consistencyPolicy"]!;

        Assert.Equal((10, 5), ((int)one["maxStalenessPrefix"]!, (int)one["maxIntervalInSeconds"]!));
        Assert.Equal((100_000, 300), ((int)two["maxStalenessPrefix"]!, (int)two["maxIntervalInSeconds"]!));
    }

    [BicepFact]
    public void PeriodicBackups_CanBeChosen() =>
        Assert.Equal("Periodic", (string?)Account(PredictedDeployment.OfOtherValues)["backupPolicy"]!["type"]);

    private static IEnumerable<string?> Regions(JsonNode account) =>
        account["locations"]!.AsArray().OrderBy(location => (int)location!["failoverPriority"]!).Select(location => (string?)location!["locationName"]);

    private static JsonNode Account(PredictedDeployment deployment) =>
        deployment.Only("Microsoft.DocumentDB/databaseAccounts")["properties"]!;
}
