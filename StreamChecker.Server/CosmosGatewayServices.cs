using StreamChecker.Embedded;
using StreamChecker.Embedded.Gateway;

namespace StreamChecker.Server;

/// <summary>Adds the gateway where it is wanted.</summary>
internal static class CosmosGatewayServices
{
    public static void AddCosmosGateway(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[$"{CosmosGatewayOptions.Section}:{nameof(CosmosGatewayOptions.Port)}"]))
        {
            return;
        }

        builder.Services.AddOptions<CosmosGatewayOptions>()
            .BindConfiguration(CosmosGatewayOptions.Section)
            .Validate(options => options.Port is >= 0 and <= ushort.MaxValue, $"{Setting(nameof(CosmosGatewayOptions.Port))} must be a port: a whole number from 0 to 65535.")
            .Validate(options => MasterKey.IsWellFormed(options.Key), $"{Setting(nameof(CosmosGatewayOptions.Key))} must be base64.");
        builder.Services.AddDocumentEngine();
        builder.Services.AddHostedService<CosmosGatewayListener>();
    }

    private static string Setting(string name) => SettingName.Of($"{CosmosGatewayOptions.Section}:{name}");
}
