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
        services.TryAddSingleton(provider => CosmosClients.Create(Options(provider), Deadline(provider)));
        services.AddSingleton<IStreamPartitions>(provider => new CosmosStreamPartitions(
            provider.GetRequiredService<CosmosClient>().GetContainer(Options(provider).DatabaseName, Options(provider).ContainerName),
            CosmosClients.OneTry(Deadline(provider)),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Makes what the store needs in the account, where the settings say so.</summary>
    /// <exception cref="StreamStoreUnavailableException">The account is away, or refuses; the message is one line that says why.</exception>
    public static async Task ProvisionStreamPartitionsAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        if (!Options(services).Provision)
        {
            return;
        }

        var client = services.GetRequiredService<CosmosClient>();
        try
        {
            await CosmosProvisioning.EnsureAsync(client, Options(services), cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException or CosmosException)
        {
            throw new StreamStoreUnavailableException(
                $"Cosmos DB at {client.Endpoint} does not let its database be made: {failure.Message.Split(Environment.NewLine)[0]}", TimeSpan.Zero, failure);
        }
    }

    private static TimeSpan Deadline(IServiceProvider services) => services.GetRequiredService<IOptions<StreamCheckerOptions>>().Value.Deadline;

    private static CosmosOptions Options(IServiceProvider services) => services.GetRequiredService<IOptions<CosmosOptions>>().Value;
}
