using InProcessCosmos.Documents;
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
    public const string Endpoint = "http://gateway.test:8081/";

    private readonly TemporaryFolder folder = new();
    private readonly DocumentEngine engine;

    public CosmosGatewayAccount()
    {
        engine = DocumentEngine.Open(new() { DataPath = folder.Path }, Time, NullLogger.Instance);
        Handler = new(engine);
        Client = Connect();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 20, 15, 0, TimeSpan.Zero));

    /// <summary>The database's own time.</summary>
    public EngineClock Clock => engine.Clock;

    /// <summary>What the account's clients send their requests to.</summary>
    public CosmosGatewayHandler Handler { get; }

    public CosmosClient Client { get; }

    /// <summary>One more client of the same account.</summary>
    public CosmosClient Connect(DelegatingHandler? before = null)
    {
        HttpMessageHandler handler = Handler;
        if (before is not null)
        {
            before.InnerHandler = handler;
            handler = before;
        }

        return new(Endpoint, CosmosGatewayOptions.EmulatorKey, new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway,
            HttpClientFactory = () => new HttpClient(handler, disposeHandler: false),
            MaxRetryAttemptsOnRateLimitedRequests = 0,
        });
    }

    /// <summary>The streams' container, with <c>streams.js</c> in it, or another text of the procedure.</summary>
    public async Task<Container> StreamsAsync(string? body = null)
    {
        Database database = await Client.CreateDatabaseIfNotExistsAsync(StreamsContainer.Database);
        Container container = await database.CreateContainerIfNotExistsAsync(
            new ContainerProperties(StreamsContainer.Id, StreamsContainer.PartitionKeyPath) { DefaultTimeToLive = -1 });
        await container.Scripts.CreateStoredProcedureAsync(new StoredProcedureProperties(StreamsProcedure.Id, body ?? StreamsProcedure.Body));
        return container;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await engine.DisposeAsync();
        folder.Dispose();
    }
}
