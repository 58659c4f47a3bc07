using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Cosmos;

/// <summary>
/// Checks at startup whether the container is usable: its partition key path cannot be changed later, and without a TTL ended
/// records are never removed. An unavailable account does not prevent the start.
/// </summary>
internal sealed partial class ContainerCheck(ILogger<ContainerCheck> logger)
{
    /// <exception cref="StreamStoreUnavailableException">The container is not usable. The message is one line with the reason.</exception>
    public async Task RunAsync(Container container, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (await ReadAsync(container, patience, cancellationToken) is not { } properties)
        {
            return;
        }

        if (properties.PartitionKeyPath != StreamsContainer.PartitionKeyPath)
        {
            throw new StreamStoreUnavailableException(
                $"The Cosmos DB container {container.Id} has the partition key path {properties.PartitionKeyPath}, but must be {StreamsContainer.PartitionKeyPath}. " +
                $"Name another container with {SettingName.Of(CosmosOptions.Section)}__{nameof(CosmosOptions.ContainerName)}.",
                TimeSpan.Zero);
        }

        if (properties.DefaultTimeToLive is null)
        {
            LogNoTimeToLive(container.Id);
        }
    }

    private static async Task<ContainerProperties?> ReadAsync(Container container, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return await container.ReadContainerAsync(cancellationToken: cancellationToken).WaitAsync(patience, cancellationToken);
        }
        catch (CosmosException wrong) when (wrong.StatusCode == HttpStatusCode.Unauthorized)
        {
            throw new StreamStoreUnavailableException(
                $"Cosmos DB at {container.Database.Client.Endpoint} rejects the key of {SettingName.Of(CosmosOptions.Section)}__{nameof(CosmosOptions.ConnectionString)}.",
                TimeSpan.Zero,
                wrong);
        }
#pragma warning disable CA1031 // Requests will meet the same failure, and handle it.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The Cosmos DB container {Container} has no time to live: ended records are never removed. Set its DefaultTimeToLive to -1")]
    private partial void LogNoTimeToLive(string container);
}
