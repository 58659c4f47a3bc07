using StreamChecker.Embedded.Gateway;

namespace StreamChecker.Server;

/// <summary>The settings of the Cosmos DB gateway, from the configuration section <c>StreamChecker:CosmosGateway</c>.</summary>
internal sealed class CosmosGatewayOptions
{
    public const string Section = $"{StreamCheckerOptions.Section}:CosmosGateway";

    /// <summary>The port on 127.0.0.1; 0 takes any that is free. Not set, there is no gateway.</summary>
    public int? Port { get; set; }

    /// <summary>The account's key, in base64. By default the one that every Cosmos DB emulator has.</summary>
    public string Key { get; set; } = MasterKey.Emulators;
}
