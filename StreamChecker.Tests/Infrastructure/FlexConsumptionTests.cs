using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Infrastructure;

public sealed class FlexConsumptionTests
{
    [BicepFact]
    public void NothingOfTheApp_IsWhatThePlanRejectsOrIgnores() =>
        Assert.All(
            [PredictedDeployment.OfDefaults, PredictedDeployment.OfProduction, PredictedDeployment.OfOtherValues],
            (PredictedDeployment deployment) => Assert.All(
                deployment.All.Where(resource => ((string)resource["type"]!).StartsWith("Microsoft.Web/sites", StringComparison.Ordinal)),
                resource => Assert.Empty(FlexConsumption.UnsupportedIn(resource))));

    [BicepFact]
    public void Check_FindsEveryName_AsASettingAndAsAProperty() =>
        Assert.All(FlexConsumption.Unsupported.Keys, name =>
        {
            var asSetting = App();
            asSetting["properties"]!["siteConfig"]!["appSettings"]!.AsArray().Add(new JsonObject { ["name"] = name, ["value"] = "1" });
            var asProperty = App();
            asProperty["properties"]!["siteConfig"]![name] = true;

            Assert.Equal([name], FlexConsumption.UnsupportedIn(asSetting));
            Assert.Equal([name], FlexConsumption.UnsupportedIn(asProperty));
        });

    private static JsonNode App() => PredictedDeployment.OfDefaults.Only("Microsoft.Web/sites").DeepClone();
}

/// <summary>
/// The properties and app settings that other plans take and Flex Consumption rejects or ignores, each with where that is published.
/// A few are accepted in some regions and rejected in others, so that one deployment that worked proves nothing.
/// </summary>
internal static class FlexConsumption
{
    private const string Deprecations = "https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations";

    /// <summary>Azure's error 51021, quoted with these names in it.</summary>
    private const string Rejections = "https://learn.microsoft.com/answers/questions/2277522";

    /// <summary>The names, in any case, and who says so.</summary>
    public static IReadOnlyDictionary<string, string> Unsupported { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        // App settings.
        ["ENABLE_ORYX_BUILD"] = Deprecations,
        ["FUNCTIONS_EXTENSION_VERSION"] = Deprecations,
        ["FUNCTIONS_MAX_HTTP_CONCURRENCY"] = Deprecations,
        ["FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED"] = Deprecations,
        ["FUNCTIONS_WORKER_PROCESS_COUNT"] = Deprecations,
        ["FUNCTIONS_WORKER_RUNTIME"] = Deprecations,
        ["FUNCTIONS_WORKER_RUNTIME_VERSION"] = Deprecations,
        ["SCM_DO_BUILD_DURING_DEPLOYMENT"] = Deprecations,
        ["WEBSITE_CONTENTAZUREFILECONNECTIONSTRING"] = Deprecations,
        ["WEBSITE_CONTENTOVERVNET"] = Deprecations,
        ["WEBSITE_CONTENTSHARE"] = Deprecations,
        ["WEBSITE_DNS_SERVER"] = Deprecations,
        ["WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT"] = Deprecations,
        ["WEBSITE_NODE_DEFAULT_VERSION"] = Deprecations,
        ["WEBSITE_RUN_FROM_PACKAGE"] = Deprecations,
        ["WEBSITE_SKIP_CONTENTSHARE_VALIDATION"] = Deprecations,
        ["WEBSITE_VNET_ROUTE_ALL"] = Deprecations,

        // `az functionapp flex-migration` also drops these.
        ["WEBSITE_MOUNT_ENABLED"] = "https://learn.microsoft.com/azure/azure-functions/migration/migrate-plan-consumption-to-flex",
        ["WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED"] = "https://learn.microsoft.com/azure/azure-functions/migration/migrate-plan-consumption-to-flex",

        // Properties of the site and of its configuration.
        ["alwaysOn"] = Deprecations,
        ["containerSize"] = Deprecations,
        ["ftpsState"] = Rejections,
        ["functionAppScaleLimit"] = "https://github.com/Azure/azure-functions-host/issues/10643",
        ["functionsRuntimeScaleMonitoringEnabled"] = Rejections,
        ["isReserved"] = Deprecations,
        ["isXenon"] = Deprecations,
        ["javaVersion"] = Deprecations,
        ["linuxFxVersion"] = "https://github.com/Azure/terraform-azurerm-avm-res-web-site/issues/283",
        ["netFrameworkVersion"] = Rejections,
        ["powerShellVersion"] = Deprecations,
        ["preWarmedInstanceCount"] = Rejections,
        ["use32BitWorkerProcess"] = Rejections,
        ["vnetBackupRestoreEnabled"] = Deprecations,
        ["vnetContentShareEnabled"] = Deprecations,
        ["vnetImagePullEnabled"] = Deprecations,
        ["vnetRouteAllEnabled"] = Deprecations,
        ["windowsFxVersion"] = "https://github.com/Azure/terraform-azurerm-avm-res-web-site/pull/345",
    };

    /// <summary>The names in a site, or in a resource below it, that the plan does not support.</summary>
    public static IEnumerable<string> UnsupportedIn(JsonNode resource) => NamesIn(resource["properties"]).Where(Unsupported.ContainsKey);

    /// <summary>The names of all members, and those of settings in lists of names and values.</summary>
    private static IEnumerable<string> NamesIn(JsonNode? node) => node switch
    {
        JsonObject { Count: 2 } pair when pair.ContainsKey("value") && pair["name"] is JsonValue name => [(string)name!],
        JsonObject members => members.SelectMany(member => NamesIn(member.Value).Prepend(member.Key)),
        JsonArray items => items.SelectMany(NamesIn),
        _ => [],
    };
}
