using InProcessCosmos.Execution;
using InProcessCosmos.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamChecker.Cosmos;
using StreamChecker.Server.Embedded;

namespace StreamChecker.Harness;

/// <summary>Cosmos DB without a network: the client that the settings ask for, led to the gateway in this process.</summary>
internal static class CosmosInThisProcess
{
    /// <summary>The settings that lead to it.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["StreamChecker:Cosmos:ConnectionString"] = $"AccountEndpoint=http://gateway.test:8081/;AccountKey={CosmosGatewayOptions.EmulatorKey}",
        ["StreamChecker:Cosmos:Provision"] = "true",
    };

    /// <param name="services">The services of a host.</param>
    /// <param name="wire">What the requests pass on their way; null for nothing.</param>
    public static IServiceCollection AddCosmosInThisProcess(this IServiceCollection services, DelegatingHandler? wire = null)
    {
        services.AddDocumentEngine();
        services.AddSingleton(provider =>
        {
            HttpMessageHandler handler = new CosmosGatewayHandler(provider.GetRequiredService<DocumentEngine>());
            if (wire is not null)
            {
                wire.InnerHandler = handler;
                handler = wire;
            }

            return CosmosClients.Create(
                provider.GetRequiredService<IOptions<CosmosOptions>>().Value,
                provider.GetRequiredService<IOptions<StreamCheckerOptions>>().Value.Deadline,
                () => new HttpClient(handler, disposeHandler: false));
        });
        return services;
    }
}
