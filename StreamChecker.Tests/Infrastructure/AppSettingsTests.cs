using System.Globalization;
using StreamChecker.Cosmos;
using StreamChecker.Playback;
using StreamChecker.Players;

namespace StreamChecker.Tests.Infrastructure;

public sealed class AppSettingsTests
{
    /// <summary>Options for an emulator on a developer's machine, which are never set here.</summary>
    private static readonly string[] OnlyForAnEmulator = [nameof(CosmosOptions.ConnectionString), nameof(CosmosOptions.Provision)];

    private static readonly string[] PlatformSettings =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "AzureWebJobsDisableHomepage",
        "AzureWebJobsStorage__accountName",
        "AzureWebJobsStorage__clientId",
        "AzureWebJobsStorage__credential",
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
    ];

    [BicepFact]
    public void EverySettingThatTheOptionsNeed_IsSet_AndNoneThatTheyDoNotKnow()
    {
        var options = SettingsOf<StreamCheckerOptions>(StreamCheckerOptions.Section);
        var cosmos = SettingsOf<CosmosOptions>(CosmosOptions.Section);

        // The template has the plans themselves.
        Assert.Equal(
            options.Except(["StreamChecker__PlansPath"]).Concat(cosmos).Concat(PlatformSettings).Order(StringComparer.Ordinal),
            PredictedDeployment.OfDefaults.AppSettings().Keys.Order(StringComparer.Ordinal));
    }

    [BicepFact]
    public void WithoutPlans_TheSettingIsEmpty_WhichTheAppTakesForNone() => Assert.Equal("", PredictedDeployment.OfDefaults.AppSettings()["StreamChecker__Plans"]);

    [BicepFact]
    public void WithAKeyVault_EverySettingOfPlayersIsSet_AndTheirKeysAreAReferenceToTheSecret()
    {
        var deployment = PredictedDeployment.OfProduction;
        var settings = deployment.AppSettings();

        Assert.All(SettingsOf<PlayerOptions>(StreamCheckerOptions.Section), setting => Assert.Contains(setting, settings.Keys));
        Assert.Equal("@Microsoft.KeyVault(VaultName=kv-players;SecretName=player-keys)", settings["StreamChecker__PlayerKeys"]);
        Assert.Equal($"https://{deployment.Only("Microsoft.Web/sites")["name"]}.azurewebsites.net", settings["StreamChecker__PublicUrl"]);
        Assert.Equal("https://watch.example", settings["StreamChecker__AllowedOrigins"]);
        Assert.Equal(
            (string?)deployment.Only("Microsoft.ManagedIdentity/userAssignedIdentities")["id"],
            (string?)deployment.Only("Microsoft.Web/sites")["properties"]!["keyVaultReferenceIdentity"]);
    }

    [BicepFact]
    public void WithoutAKeyVault_PlayersHaveNoSettings() => Assert.DoesNotContain(
        PredictedDeployment.OfDefaults.AppSettings().Keys, SettingsOf<PlayerOptions>(StreamCheckerOptions.Section).Contains);

    [BicepFact]
    public void WithAKeyVault_TheKeysOfPlaybackTokensAreAReferenceToTheSecret()
    {
        var deployment = PredictedDeployment.OfProduction;
        var settings = deployment.AppSettings();

        Assert.All(SettingsOf<PlaybackOptions>(StreamCheckerOptions.Section), setting => Assert.Contains(setting, settings.Keys));
        Assert.Equal("@Microsoft.KeyVault(VaultName=kv-playback;SecretName=playback-keys)", settings["StreamChecker__PlaybackKeys"]);
        Assert.Equal("https://streams.example", settings["StreamChecker__PlaybackIssuer"]);
        Assert.Equal(
            (string?)deployment.Only("Microsoft.ManagedIdentity/userAssignedIdentities")["id"],
            (string?)deployment.Only("Microsoft.Web/sites")["properties"]!["keyVaultReferenceIdentity"]);
        Assert.DoesNotContain(PredictedDeployment.OfDefaults.AppSettings().Keys, SettingsOf<PlaybackOptions>(StreamCheckerOptions.Section).Contains);
    }

    [BicepFact]
    public void ThePages_AreOffUnlessAParameterTurnsThemOn()
    {
        var byDefault = PredictedDeployment.OfDefaults.AppSettings();
        var turnedOn = PredictedDeployment.Of("param consoleEnabled = true").AppSettings();

        Assert.Equal((false, false), (bool.Parse(byDefault["StreamChecker__Console"]), bool.Parse(byDefault["StreamChecker__Demo"])));
        Assert.Equal((true, false), (bool.Parse(turnedOn["StreamChecker__Console"]), bool.Parse(turnedOn["StreamChecker__Demo"])));
    }

    [BicepFact]
    public void Settings_CarryTheParameters()
    {
        var settings = PredictedDeployment.OfOtherValues.AppSettings();

        Assert.Equal("7", settings["StreamChecker__MaxConcurrentStreams"]);
        Assert.Equal("""{"default":{"rules":[{"name":"streams","limit":7}]}}""", settings["StreamChecker__Plans"]);
        Assert.Equal("true", settings["StreamChecker__ObserveOnly"], ignoreCase: true);
        Assert.Equal("600", settings["StreamChecker__LeaseSeconds"]);
        Assert.Equal("120", settings["StreamChecker__HeartbeatIntervalSeconds"]);
        Assert.Equal("9", settings["StreamChecker__DeadlineSeconds"]);
    }

    [BicepFact]
    public void Settings_NameTheAppsIdentityWhereverOneIsNeeded()
    {
        var deployment = PredictedDeployment.OfDefaults;
        var settings = deployment.AppSettings();
        var identity = (string)deployment.Only("Microsoft.ManagedIdentity/userAssignedIdentities")["id"]!;

        Assert.Equal("managedidentity", settings["AzureWebJobsStorage__credential"]);
        Assert.All(
            ["AzureWebJobsStorage__clientId", "StreamChecker__Cosmos__ManagedIdentityClientId", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING"],
            (string setting) =>
            {
                Assert.Contains(identity, settings[setting], StringComparison.Ordinal);
                Assert.Contains(".clientId", settings[setting], StringComparison.Ordinal);
            });
        Assert.Contains("Authorization=AAD", settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"], StringComparison.Ordinal);
    }

    [BicepFact]
    public void HostStorage_IsNamedByItsAccount()
    {
        var deployment = PredictedDeployment.OfDefaults;

        Assert.Equal(
            (string?)deployment.Only("Microsoft.Storage/storageAccounts")["name"],
            deployment.AppSettings()["AzureWebJobsStorage__accountName"]);
    }

    [BicepFact]
    public void Homepage_IsOff() =>
        Assert.Equal("true", PredictedDeployment.OfDefaults.AppSettings()["AzureWebJobsDisableHomepage"]);

    [BicepTheory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(99)]
    [InlineData(100)]
    public void Sampler_IsGivenTheRatioOfThePercentage(int percent)
    {
        var settings = PredictedDeployment.Of($"param telemetrySamplingPercent = {percent}").AppSettings();

        Assert.Equal("microsoft.fixed_percentage", settings["OTEL_TRACES_SAMPLER"]);
        Assert.Equal(percent / 100.0, double.Parse(settings["OTEL_TRACES_SAMPLER_ARG"], CultureInfo.InvariantCulture));
    }

    [BicepFact]
    public void OnlyApplicationInsights_HasAConnectionString()
    {
        var withConnectionString = PredictedDeployment.OfDefaults.AppSettings()
            .Where(setting => setting.Key.Contains("ConnectionString", StringComparison.OrdinalIgnoreCase)
                || setting.Key.Contains("CONNECTION_STRING", StringComparison.OrdinalIgnoreCase)
                || setting.Value.Contains("ConnectionString", StringComparison.OrdinalIgnoreCase)
                || setting.Value.Contains("AccountKey", StringComparison.OrdinalIgnoreCase))
            .Select(setting => setting.Key);

        Assert.Equal(["APPLICATIONINSIGHTS_CONNECTION_STRING"], withConnectionString);
    }

    private static IEnumerable<string> SettingsOf<TOptions>(string section) =>
        from property in typeof(TOptions).GetProperties()
        where property.SetMethod is { IsPublic: true, IsStatic: false } && !OnlyForAnEmulator.Contains(property.Name)
        select $"{section.Replace(":", "__", StringComparison.Ordinal)}__{property.Name}";
}
