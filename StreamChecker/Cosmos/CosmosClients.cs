using Azure.Core;
using Azure.Identity;
using Microsoft.Azure.Cosmos;

namespace StreamChecker.Cosmos;

/// <summary>Creates the Cosmos DB client.</summary>
internal static class CosmosClients
{
    /// <summary>
    /// A client for an account in Azure (direct mode, managed identity) or for an emulator (gateway mode, key).
    /// </summary>
    /// <remarks>
    /// These options keep the SDK's defaults, since they have no effect on a client that only executes stored procedures in an account with one
    /// write region: the consistency level (a procedure reads on the primary, inside its transaction), the preferred regions
    /// (a procedure runs in the write region, which the SDK reads from the account, also after a failover), and
    /// <c>EnableContentResponseOnWrite</c> (for operations on items; a procedure's response is its body).
    /// </remarks>
    /// <param name="options">The account.</param>
    /// <param name="deadline">The deadline of one request with all its attempts.</param>
    /// <param name="http">Creates the HTTP client; null for the SDK's own.</param>
    public static CosmosClient Create(CosmosOptions options, TimeSpan deadline, Func<HttpClient>? http = null)
    {
        // The Cosmos DB SDK's spans are experimental: no switch, no spans.
        AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);
        var clientOptions = new CosmosClientOptions
        {
            ApplicationName = "stream-checker",

            // The spans contain the account, the container and the request charge, but no partition key or ID.
            CosmosClientTelemetryOptions = new() { DisableDistributedTracing = false },

            // PartitionRetries waits after throttling, within the deadline of the request.
            MaxRetryAttemptsOnRateLimitedRequests = 0,

            // In direct mode this abandons a hanging connection in time for another attempt. The SDK truncates it to whole seconds, so it
            // is rounded up; CosmosStreamPartitions limits each attempt exactly. In gateway mode the SDK always waits for at least
            // 65 seconds.
            RequestTimeout = TimeSpan.FromSeconds(Math.Ceiling(OneTry(deadline).TotalSeconds)),
        };
        if (options.ConnectionString is { Length: > 0 } connectionString)
        {
            clientOptions.ConnectionMode = ConnectionMode.Gateway;
            clientOptions.LimitToEndpoint = true;
            clientOptions.HttpClientFactory = http;
            return new(connectionString, clientOptions);
        }

        clientOptions.OpenTcpConnectionTimeout = TimeSpan.FromSeconds(1);
        return new(options.AccountEndpoint, Credential(options.ManagedIdentityClientId), clientOptions);
    }

    /// <summary>The time limit of one attempt, so that a hang leaves time for two more.</summary>
    public static TimeSpan OneTry(TimeSpan deadline) => deadline / 3;

    internal static TokenCredential Credential(string? clientId) => clientId is { Length: > 0 }
        ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
        : new DefaultAzureCredential();
}
