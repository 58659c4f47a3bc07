using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Scripts;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Cosmos;

/// <summary>
/// Creates the database, the container and the stored procedure in an emulator, as <c>infra</c> does in Azure. Never while a
/// request waits.
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
        // V2 hashes the whole user ID, V1 only its first 101 bytes.
        PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2,

        // TTL is on; each document has its own.
        DefaultTimeToLive = -1,
        IndexingPolicy = new()
        {
            IndexingMode = IndexingMode.Consistent,
            IncludedPaths = { new IncludedPath { Path = StreamsContainer.PartitionKeyPath + "/?" } },
            ExcludedPaths = { new ExcludedPath { Path = "/*" } },
        },
    };

    /// <summary>Tolerates other instances of the app that do the same.</summary>
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
