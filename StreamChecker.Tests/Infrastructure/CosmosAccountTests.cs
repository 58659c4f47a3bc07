using System.Text;
using System.Text.Json.Nodes;
using StreamChecker.StoredProcedure;

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

public sealed class CosmosStreamsTests
{
    private const string ContainerType = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers";

    [BicepFact]
    public void Container_IsPartitionedByUser()
    {
        var key = Resource(PredictedDeployment.OfDefaults)["partitionKey"]!;

        Assert.Equal([StreamsContainer.PartitionKeyPath], Texts(key["paths"]));
        Assert.Equal("Hash", (string?)key["kind"]);
        Assert.Equal(2, (int)key["version"]!);
    }

    [BicepFact]
    public void Container_ExpiresOnlyWhatSaysSoItself() =>
        Assert.Equal(-1, (int)Resource(PredictedDeployment.OfDefaults)["defaultTtl"]!);

    [BicepFact]
    public void Container_IndexesTheUserAlone()
    {
        var policy = Resource(PredictedDeployment.OfDefaults)["indexingPolicy"]!;

        Assert.Equal("consistent", (string?)policy["indexingMode"]);
        Assert.Equal(["/userId/?"], policy["includedPaths"]!.AsArray().Select(path => (string?)path!["path"]));
        Assert.Equal(["/*"], policy["excludedPaths"]!.AsArray().Select(path => (string?)path!["path"]));
    }

    [BicepFact]
    public void Container_OfAServerlessAccount_IsGivenNoThroughput() =>
        Assert.Empty(Container(PredictedDeployment.OfDefaults)["options"]!.AsObject());

    [BicepFact]
    public void Container_WithAutoscale_HasTheCeilingAsked() =>
        Assert.Equal(4000, (int)Container(PredictedDeployment.OfProduction)["options"]!["autoscaleSettings"]!["maxThroughput"]!);

    [BicepFact]
    public void DatabaseAndContainer_AreNamedAsTheAppIsConfigured()
    {
        var deployment = PredictedDeployment.OfDefaults;
        var settings = deployment.AppSettings();

        Assert.Equal(settings["StreamChecker__Cosmos__ContainerName"], (string?)Resource(deployment)["id"]);
        Assert.Equal(
            settings["StreamChecker__Cosmos__DatabaseName"],
            (string?)deployment.Only("Microsoft.DocumentDB/databaseAccounts/sqlDatabases")["properties"]!["resource"]!["id"]);
        Assert.Equal(StreamsContainer.Id, settings["StreamChecker__Cosmos__ContainerName"]);
        Assert.Equal(StreamsContainer.Database, settings["StreamChecker__Cosmos__DatabaseName"]);
    }

    [BicepFact]
    public void Procedure_IsTheFileOfTheRepository_ByteForByte()
    {
        var deployed = PredictedDeployment.OfDefaults.Only($"{ContainerType}/storedProcedures");
        var procedure = deployed["properties"]!["resource"]!;

        Assert.Equal(StreamsProcedure.Id, (string?)procedure["id"]);
        Assert.Equal(StreamsProcedure.Id, ((string?)deployed["name"])!.Split('/')[^1]);
        Assert.Equal(
            File.ReadAllBytes(RepositoryFiles.Path("StreamChecker/StoredProcedure/streams.js")),
            Encoding.UTF8.GetBytes((string)procedure["body"]!));
    }

    private static JsonNode Container(PredictedDeployment deployment) => deployment.Only(ContainerType)["properties"]!;

    private static JsonNode Resource(PredictedDeployment deployment) => Container(deployment)["resource"]!;

    private static IEnumerable<string?> Texts(JsonNode? array) => array!.AsArray().Select(item => (string?)item);
}
