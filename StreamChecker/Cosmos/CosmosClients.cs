using Azure.Core;
using Azure.Identity;
using Microsoft.Azure.Cosmos;

namespace StreamChecker.Cosmos;

/// <summary>Makes the one client of the program.</summary>
internal static class CosmosClients
{
    /// <summary>
    /// A client for an account in Azure (direct mode, managed identity) or for an emulator (gateway mode, key).
    /// </summary>
    /// <param name="options">Which account.</param>
    /// <param name="http">Through what the requests go; null for the network.</param>
    public static CosmosClient Create(CosmosOptions options, Func<HttpClient>? http = null)
    {
        // The Cosmos DB SDK's spans are experimental: no switch, no spans.
        AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);
        var clientOptions = new CosmosClientOptions
        {
            ApplicationName = "stream-checker",

            // They name the account, the container and what the call cost, and no partition key or id.
            CosmosClientTelemetryOptions = new() { DisableDistributedTracing = false },

            // Throttling is waited for by PartitionRetries, inside the one deadline of the call.
            MaxRetryAttemptsOnRateLimitedRequests = 0,
        };
        if (options.ConnectionString is { Length: > 0 } connectionString)
        {
            clientOptions.ConnectionMode = ConnectionMode.Gateway;
            clientOptions.LimitToEndpoint = true;
            clientOptions.HttpClientFactory = http;
            return new(connectionString, clientOptions);
        }

        return new(options.AccountEndpoint, Credential(options.ManagedIdentityClientId), clientOptions);
    }

    internal static TokenCredential Credential(string? clientId) => clientId is { Length: > 0 }
        ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
        : new DefaultAzureCredential();
}
