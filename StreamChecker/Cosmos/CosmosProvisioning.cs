using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Scripts;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Cosmos;

/// <summary>
/// Makes the database, the container and the stored procedure in an emulator, as <c>infra</c> makes them in Azure.
/// Never on the way of a call.
/// </summary>
internal static class CosmosProvisioning
{
    public static async Task EnsureAsync(CosmosClient client, CosmosOptions options, CancellationToken cancellationToken)
    {
        Database database = await client.CreateDatabaseIfNotExistsAsync(options.DatabaseName, cancellationToken: cancellationToken);
        Container container = await database.CreateContainerIfNotExistsAsync(Definition(options.ContainerName), cancellationToken: cancellationToken);
        await EnsureProcedureAsync(container.Scripts, cancellationToken);
    }

    private static ContainerProperties Definition(string id) => new(id, StreamsContainer.PartitionKeyPath)
    {
        // The whole of a user id counts, not its first 101 bytes.
        PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2,

        // Documents say themselves when they are to be removed.
        DefaultTimeToLive = -1,
        IndexingPolicy = new()
        {
            IndexingMode = IndexingMode.Consistent,
            IncludedPaths = { new IncludedPath { Path = StreamsContainer.PartitionKeyPath + "/?" } },
            ExcludedPaths = { new ExcludedPath { Path = "/*" } },
        },
    };

    /// <summary>Another instance of the app may do the same at the same time.</summary>
    private static async Task EnsureProcedureAsync(Scripts scripts, CancellationToken cancellationToken)
    {
        var procedure = new StoredProcedureProperties(StreamsProcedure.Id, StreamsProcedure.Body);
        try
        {
            var present = await scripts.ReadStoredProcedureAsync(StreamsProcedure.Id, cancellationToken: cancellationToken);
            if (present.Resource.Body != StreamsProcedure.Body)
            {
                await scripts.ReplaceStoredProcedureAsync(procedure, cancellationToken: cancellationToken);
            }
        }
        catch (CosmosException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            try
            {
                await scripts.CreateStoredProcedureAsync(procedure, cancellationToken: cancellationToken);
            }
            catch (CosmosException made) when (made.StatusCode == HttpStatusCode.Conflict)
            {
                await scripts.ReplaceStoredProcedureAsync(procedure, cancellationToken: cancellationToken);
            }
        }
    }
}
