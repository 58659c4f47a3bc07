namespace StreamChecker.Tests.Infrastructure;

public sealed class AccessTests
{
    private const string StorageBlobDataOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string KeyVaultSecretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
    private const string MonitoringMetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";

    [BicepFact]
    public void DataRole_RunsProceduresAndReadsMetadata_AndNothingElse()
    {
        var role = PredictedDeployment.OfDefaults.Only("Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions")["properties"]!;
        var permission = Assert.Single(role["permissions"]!.AsArray())!.AsObject();

        Assert.Equal("CustomRole", (string?)role["type"]);
        Assert.Equal(["dataActions"], permission.Select(member => member.Key));
        Assert.Equal(
            [
                "Microsoft.DocumentDB/databaseAccounts/readMetadata",
                "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/executeStoredProcedure",
            ],
            permission["dataActions"]!.AsArray().Select(action => (string?)action));
    }

    [BicepFact]
    public void DataRole_IsAssignedOnce_ToTheAppsIdentity_InItsContainerOnly()
    {
        var deployment = PredictedDeployment.OfDefaults;
        var assignment = deployment.Only("Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments")["properties"]!;
        var account = (string)deployment.Only("Microsoft.DocumentDB/databaseAccounts")["id"]!;

        Assert.Equal($"{account}/dbs/stream-checker/colls/streams", (string?)assignment["scope"]);
        Assert.Equal(
            (string?)deployment.Only("Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions")["id"],
            (string?)assignment["roleDefinitionId"]);
        Assert.Contains(
            (string)deployment.Only("Microsoft.ManagedIdentity/userAssignedIdentities")["id"]!,
            (string)assignment["principalId"]!,
            StringComparison.Ordinal);
    }

    [BicepFact]
    public void WithKeyVaults_TheAppReadsOneSecretOfEach_AndNothingElse()
    {
        var roles = PredictedDeployment.OfProduction.OfType("Microsoft.Authorization/roleAssignments")
            .Where(assignment => ((string)assignment["properties"]!["roleDefinitionId"]!).EndsWith(KeyVaultSecretsUser, StringComparison.Ordinal))
            .Select(assignment => (string)assignment["id"]!)
            .Order(StringComparer.Ordinal);

        Assert.Collection(
            roles,
            role => Assert.Contains("/Microsoft.KeyVault/vaults/kv-playback/secrets/playback-keys/", role, StringComparison.Ordinal),
            role => Assert.Contains("/Microsoft.KeyVault/vaults/kv-players/secrets/player-keys/", role, StringComparison.Ordinal));
        Assert.DoesNotContain(PredictedDeployment.OfProduction.All, resource => ((string)resource["type"]!).StartsWith("Microsoft.KeyVault/", StringComparison.Ordinal));
    }

    [BicepFact]
    public void AzureRoles_AreTheHostsBlobsAndTheTelemetry_AndNothingElse()
    {
        var deployment = PredictedDeployment.OfDefaults;
        var roles = deployment.OfType("Microsoft.Authorization/roleAssignments").ToDictionary(
            assignment => ((string)assignment["properties"]!["roleDefinitionId"]!).Split('/')[^1],
            assignment => (string)assignment["id"]!);

        Assert.Equal([MonitoringMetricsPublisher, StorageBlobDataOwner], roles.Keys.Order(StringComparer.Ordinal));
        Assert.StartsWith(
            (string)deployment.Only("Microsoft.Storage/storageAccounts")["id"]!, roles[StorageBlobDataOwner], StringComparison.Ordinal);
        Assert.StartsWith(
            (string)deployment.Only("Microsoft.Insights/components")["id"]!, roles[MonitoringMetricsPublisher], StringComparison.Ordinal);
    }
}
