using InProcessCosmos.Execution;
using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Scripts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.StoredProcedure;
using Container = Microsoft.Azure.Cosmos.Container;
using Database = Microsoft.Azure.Cosmos.Database;

namespace StreamChecker.Tests.Gateway;

/// <summary>A Cosmos DB account of a test's own: the gateway in this process, and the real SDK in front of it.</summary>
internal sealed class CosmosGatewayAccount : IAsyncDisposable
{
    private const string Endpoint = "http://gateway.test:8081/";

    private readonly TemporaryFolder folder = new();
    private readonly DocumentEngine engine;

    public CosmosGatewayAccount()
    {
        engine = DocumentEngine.Open(new() { DataPath = folder.Path }, Time, NullLogger.Instance);
        Client = new(Endpoint, CosmosGatewayOptions.EmulatorKey, new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway,
            HttpClientFactory = () => new HttpClient(new CosmosGatewayHandler(engine), disposeHandler: false),
            MaxRetryAttemptsOnRateLimitedRequests = 0,
        });
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 20, 15, 0, TimeSpan.Zero));

    public CosmosClient Client { get; }

    /// <summary>The streams' container, with <c>streams.js</c> in it.</summary>
    public async Task<Container> StreamsAsync()
    {
        Database database = await Client.CreateDatabaseIfNotExistsAsync(StreamsContainer.Database);
        Container container = await database.CreateContainerIfNotExistsAsync(
            new ContainerProperties(StreamsContainer.Id, StreamsContainer.PartitionKeyPath) { DefaultTimeToLive = -1 });
        await container.Scripts.CreateStoredProcedureAsync(new StoredProcedureProperties(StreamsProcedure.Id, StreamsProcedure.Body));
        return container;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await engine.DisposeAsync();
        folder.Dispose();
    }
}
