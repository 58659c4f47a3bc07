using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StreamChecker.Partitions;

namespace StreamChecker.Cosmos;

/// <summary>Registers Azure Cosmos DB as the partition store.</summary>
public static class CosmosServices
{
    /// <summary>Adds the store and its options, validated when the program starts.</summary>
    public static IServiceCollection AddCosmosStreamPartitions(this IServiceCollection services)
    {
        services.AddOptions<CosmosOptions>().BindConfiguration(CosmosOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CosmosOptions>, CosmosOptionsValidator>();
        services.TryAddSingleton(provider => CosmosClients.Create(Options(provider)));
        services.AddSingleton<IStreamPartitions>(provider => new CosmosStreamPartitions(
            provider.GetRequiredService<CosmosClient>().GetContainer(Options(provider).DatabaseName, Options(provider).ContainerName)));
        return services;
    }

    /// <summary>Makes what the store needs in the account, where the settings say so.</summary>
    public static Task ProvisionStreamPartitionsAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        Options(services).Provision
            ? CosmosProvisioning.EnsureAsync(services.GetRequiredService<CosmosClient>(), Options(services), cancellationToken)
            : Task.CompletedTask;

    private static CosmosOptions Options(IServiceProvider services) => services.GetRequiredService<IOptions<CosmosOptions>>().Value;
}
