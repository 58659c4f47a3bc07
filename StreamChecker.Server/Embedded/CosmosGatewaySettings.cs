using InProcessCosmos.Gateway;

namespace StreamChecker.Server.Embedded;

/// <summary>The settings of the Cosmos DB gateway, from the configuration section <c>StreamChecker:CosmosGateway</c>. Without a port there is no gateway.</summary>
internal static class CosmosGatewaySettings
{
    public const string Section = $"{StreamCheckerOptions.Section}:CosmosGateway";

    public static void AddCosmosGateway(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[$"{Section}:{nameof(CosmosGatewayOptions.Port)}"]))
        {
            return;
        }

        builder.Services.AddOptions<CosmosGatewayOptions>()
            .BindConfiguration(Section)
            .Validate(options => options.HasPort, $"{Setting(nameof(CosmosGatewayOptions.Port))} must be a port: a whole number from 0 to 65535.")
            .Validate(options => options.HasKey, $"{Setting(nameof(CosmosGatewayOptions.Key))} must be base64.");
        builder.Services.AddDocumentEngine();
        builder.Services.AddCosmosGateway();
    }

    private static string Setting(string name) => SettingName.Of($"{Section}:{name}");
}
