namespace StreamChecker.Tests.Infrastructure;

public sealed class StorageTests
{
    [BicepFact]
    public void Storage_TakesNoKeysNoAnonymousReadersAndNoOldTls()
    {
        var storage = PredictedDeployment.OfDefaults.Only("Microsoft.Storage/storageAccounts")["properties"]!;

        Assert.False((bool)storage["allowSharedKeyAccess"]!);
        Assert.False((bool)storage["allowBlobPublicAccess"]!);
        Assert.False((bool)storage["allowCrossTenantReplication"]!);
        Assert.True((bool)storage["supportsHttpsTrafficOnly"]!);
        Assert.Equal("TLS1_2", (string?)storage["minimumTlsVersion"]);
    }

    [BicepFact]
    public void PackageContainer_IsPrivate_AndIsWhereTheAppLooks()
    {
        var deployment = PredictedDeployment.OfDefaults;
        var container = deployment.Only("Microsoft.Storage/storageAccounts/blobServices/containers");
        var package = deployment.Only("Microsoft.Web/sites")["properties"]!["functionAppConfig"]!["deployment"]!["storage"]!;

        Assert.Equal("None", (string?)container["properties"]!["publicAccess"]);
        Assert.Contains($"'{((string)container["name"]!).Split('/')[^1]}'", (string)package["value"]!, StringComparison.Ordinal);
    }

    [BicepFact]
    public void Storage_IsSpreadOverZones_WhenAsked()
    {
        Assert.Equal("Standard_LRS", Sku(PredictedDeployment.OfDefaults));
        Assert.Equal("Standard_ZRS", Sku(PredictedDeployment.OfProduction));
    }

    private static string? Sku(PredictedDeployment deployment) =>
        (string?)deployment.Only("Microsoft.Storage/storageAccounts")["sku"]!["name"];
}
