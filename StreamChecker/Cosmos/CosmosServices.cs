using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Cosmos;

/// <summary>Registers Azure Cosmos DB as the partition store.</summary>
public static class CosmosServices
{
    /// <summary>
    /// Adds the store and its options, validated at startup. When the host starts, it provisions the account if configured, and
    /// warms up the client.
    /// </summary>
    public static IServiceCollection AddCosmosStreamPartitions(this IServiceCollection services)
    {
        services.AddOptions<CosmosOptions>().BindConfiguration(CosmosOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CosmosOptions>, CosmosOptionsValidator>();
        services.TryAddSingleton(provider => CosmosClients.Create(Options(provider), Deadline(provider)));
        services.AddSingleton<IStreamPartitions>(provider => new CosmosStreamPartitions(
            provider.GetRequiredService<CosmosClient>().GetContainer(Options(provider).DatabaseName, Options(provider).ContainerName),
            CosmosClients.OneTry(Deadline(provider)),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CosmosStreamPartitions>>()));
        services.AddSingleton<ContainerCheck>();
        services.AddHostedService<CosmosStartup>();
        return services;
    }

    private static TimeSpan Deadline(IServiceProvider services) => services.GetRequiredService<IOptions<StreamCheckerOptions>>().Value.Deadline;

    private static CosmosOptions Options(IServiceProvider services) => services.GetRequiredService<IOptions<CosmosOptions>>().Value;
}
