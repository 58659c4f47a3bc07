using InProcessCosmos.Documents;
using InProcessCosmos.Execution;
using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Scripts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.StoredProcedure;
using StreamChecker.Tests.Hosting;
using Container = Microsoft.Azure.Cosmos.Container;
using Database = Microsoft.Azure.Cosmos.Database;

namespace StreamChecker.Tests.Gateway;

/// <summary>A Cosmos DB account of a test's own: the gateway in this process, and the real SDK in front of it.</summary>
internal sealed class CosmosGatewayAccount : IAsyncDisposable
{
    public const string Endpoint = "http://gateway.test:8081/";

    private readonly TemporaryFolder folder = new();
    private readonly DocumentEngine engine;

    public CosmosGatewayAccount(Action<EngineOptions>? configure = null)
    {
        var options = new EngineOptions { DataPath = folder.Path };
        configure?.Invoke(options);
        engine = DocumentEngine.Open(options, Time, NullLogger.Instance);
        Gateway = new(engine, new MasterKey(MasterKey.Emulators), NullLogger.Instance);
        Client = Connect();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 20, 15, 0, TimeSpan.Zero));

    /// <summary>The database's own time.</summary>
    public EngineClock Clock => engine.Clock;

    public CosmosGateway Gateway { get; }

    public CosmosClient Client { get; }

    /// <summary>One more client of the same account.</summary>
    public CosmosClient Connect(string key = MasterKey.Emulators, DelegatingHandler? before = null)
    {
        HttpMessageHandler handler = new CosmosGatewayHandler(Gateway);
        if (before is not null)
        {
            before.InnerHandler = handler;
            handler = before;
        }

        return new(Endpoint, key, new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway,
            HttpClientFactory = () => new HttpClient(handler, disposeHandler: false),
            MaxRetryAttemptsOnRateLimitedRequests = 0,
        });
    }

    /// <summary>A container partitioned by <c>/userId</c>, made where it is missing.</summary>
    public async Task<Container> ContainerAsync(string id = "items", int? defaultTimeToLive = null)
    {
        Database database = await Client.CreateDatabaseIfNotExistsAsync("shop");
        return await database.CreateContainerIfNotExistsAsync(new ContainerProperties(id, "/userId") { DefaultTimeToLive = defaultTimeToLive });
    }

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
