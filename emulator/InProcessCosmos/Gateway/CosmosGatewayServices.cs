using InProcessCosmos.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InProcessCosmos.Gateway;

/// <summary>Adds the gateway to a host.</summary>
public static class CosmosGatewayServices
{
    /// <summary>
    /// Adds a listener on 127.0.0.1 that serves the Cosmos DB REST API over the <see cref="DocumentEngine"/> among the services. It starts
    /// and stops with the host. Its settings are <see cref="CosmosGatewayOptions"/>.
    /// </summary>
    public static IServiceCollection AddCosmosGateway(this IServiceCollection services)
    {
        services.AddOptions<CosmosGatewayOptions>()
            .Validate(options => options.HasPort, "The Cosmos DB gateway needs a port: a whole number from 0 to 65535.")
            .Validate(options => options.HasKey, "The key of the Cosmos DB gateway must be base64.");
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<CosmosGatewayListener>();
        return services;
    }
}

/// <summary>The settings of the gateway's listener.</summary>
public sealed class CosmosGatewayOptions
{
    /// <summary>The key that every Cosmos DB emulator has, and that its users have in their settings. It protects nothing.</summary>
    public const string EmulatorKey = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

    /// <summary>The port on 127.0.0.1, from 0 to 65535; 0 takes any that is free.</summary>
    public int? Port { get; set; }

    /// <summary>The account's key, in base64. By default the one that every Cosmos DB emulator has.</summary>
    public string Key { get; set; } = EmulatorKey;

    /// <summary>Whether <see cref="Port"/> is a port.</summary>
    public bool HasPort => Port is >= 0 and <= ushort.MaxValue;

    /// <summary>Whether <see cref="Key"/> is base64.</summary>
    public bool HasKey => MasterKey.IsWellFormed(Key);
}
