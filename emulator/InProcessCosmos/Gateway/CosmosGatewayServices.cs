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
