using System.Text;
using System.Text.Json.Nodes;

using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Infrastructure;

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
    public void DatabaseAndContainer_AreNamedAsTheAppIsTold()
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
