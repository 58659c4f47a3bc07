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
    /// <remarks>
    /// Left at the SDK's defaults, since they do nothing for a client that only runs stored procedures in an account with one
    /// write region: the consistency level (a procedure reads on the primary, inside its transaction), the preferred regions
    /// (a procedure runs in the write region; the SDK learns from the account which one it is, also after a failover), and
    /// <c>EnableContentResponseOnWrite</c> (for operations on items; a procedure's response is its body).
    /// </remarks>
    /// <param name="options">Which account.</param>
    /// <param name="deadline">How long one call may take with all its tries.</param>
    /// <param name="http">Through what the requests go; null for the network.</param>
    public static CosmosClient Create(CosmosOptions options, TimeSpan deadline, Func<HttpClient>? http = null)
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

            // In direct mode a connection that hangs is given up in time for another try. The SDK cuts this to whole seconds, so it
            // is rounded up; CosmosStreamPartitions bounds each try exactly. In gateway mode the SDK never waits for less than
            // 65 seconds, whatever is set here.
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

    /// <summary>How long one try of a call may take, so that a hang leaves time for two more.</summary>
    public static TimeSpan OneTry(TimeSpan deadline) => deadline / 3;

    internal static TokenCredential Credential(string? clientId) => clientId is { Length: > 0 }
        ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
        : new DefaultAzureCredential();
}
