using System.Text.Json.Nodes;
using InProcessCosmos.Execution;
using InProcessCosmos.Gateway;
using InProcessCosmos.Scripts;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Container = Microsoft.Azure.Cosmos.Container;
using Database = Microsoft.Azure.Cosmos.Database;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>A Cosmos DB account for one test: the gateway in this process, and the real SDK in front of it.</summary>
internal sealed class CosmosGatewayAccount : IAsyncDisposable
{
    public const string Endpoint = "http://gateway.test:8081/";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("in-process-cosmos-");
    private readonly bool inV8;
    private readonly DocumentEngine engine;

    /// <param name="configure">Changes the options.</param>
    /// <param name="inV8">Whether all stored procedures that clients make are trusted, and so run in V8, where that is installed.</param>
    public CosmosGatewayAccount(Action<EngineOptions>? configure = null, bool inV8 = false)
    {
        this.inV8 = inV8;
        var options = new EngineOptions { DataPath = folder.FullName };
        configure?.Invoke(options);
        engine = DocumentEngine.Open(options, Time, NullLogger.Instance);
        Handler = new(engine);
        Client = Connect();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 20, 15, 0, TimeSpan.Zero));

    /// <summary>What the account's clients send their requests to.</summary>
    public CosmosGatewayHandler Handler { get; }

    public CosmosClient Client { get; }

    /// <summary>One more client of the same account.</summary>
    public CosmosClient Connect(string key = CosmosGatewayOptions.EmulatorKey, DelegatingHandler? before = null)
    {
        HttpMessageHandler handler = Handler;
        if (inV8)
        {
            handler = new TrustingHandler(engine.Trusted) { InnerHandler = handler };
        }

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

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await engine.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>Declares the text of every stored procedure that comes along as the program's own.</summary>
    private sealed class TrustingHandler(TrustedProcedures trusted) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Get && request.Content is { } content && request.RequestUri!.AbsolutePath.Contains("/sprocs", StringComparison.Ordinal)
                && await content.ReadAsStringAsync(cancellationToken) is ['{', ..] definition
                && JsonNode.Parse(definition)!["body"] is JsonValue body)
            {
                trusted.Add(body.GetValue<string>());
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
