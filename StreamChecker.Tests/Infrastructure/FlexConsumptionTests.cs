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
