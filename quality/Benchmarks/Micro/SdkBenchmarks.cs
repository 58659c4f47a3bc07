using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using InProcessCosmos.Execution;
using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging.Abstractions;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Cosmos;
using StreamChecker.Load;
using StreamChecker.Server.Embedded;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Micro;

/// <summary>The cost of the Cosmos DB SDK alone: an execution of the stored procedure with an immediate response.</summary>
public class SdkBenchmarks : IDisposable
{
    private static readonly byte[] Reply = Encoding.UTF8.GetBytes(
        """{"outcome":"admitted","replayed":false,"startedAt":1790000000000,"expiresAt":1790000090000,"limit":3,"active":1,"replaced":[]}""");

    private static readonly StartCommand Command = new()
    {
        UserId = "anna", Key = "AAAAAAAAAAAAAAAAAAAAAA", StreamId = SeededStreams.StreamId, DeviceName = SeededStreams.DeviceName, LeaseMs = 90_000, Plan = Plan.OfLimit(SeededStreams.Limit),
    };

    private readonly TemporaryData data = new();
    private DocumentEngine engine = null!;
    private CosmosClient client = null!;
    private CosmosStreamPartitions partitions = null!;

    /// <summary>An account that is the gateway, for all but the calls that are measured.</summary>
    [GlobalSetup]
    public void Setup()
    {
        engine = DocumentEngine.Open(new EngineOptions { DataPath = data.Path }, TimeProvider.System, NullLogger.Instance);
        _ = new EmbeddedStreamPartitions(engine, StreamsProcedure.Body);
        client = new("http://gateway.local:8081/", CosmosGatewayOptions.EmulatorKey, new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway,
            HttpClientFactory = () => new HttpClient(new AtOnce { InnerHandler = new CosmosGatewayHandler(engine) }, disposeHandler: false),
        });
        partitions = new(
            client.GetContainer(StreamsContainer.Database, StreamsContainer.Id), TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger<CosmosStreamPartitions>.Instance);
    }

    /// <summary>Ends the account.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        client.Dispose();
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        data.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One call through the SDK.</summary>
    [Benchmark]
    public Task<PartitionResult> CallOfTheProcedure() => partitions.ExecuteAsync(Command, CancellationToken.None);

    /// <summary>Responds to an execution of the procedure without running it.</summary>
    private sealed class AtOnce : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Post || !request.RequestUri!.AbsolutePath.Contains("/sprocs/", StringComparison.Ordinal))
            {
                return base.SendAsync(request, cancellationToken);
            }

            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Reply), RequestMessage = request };
            response.Headers.Add("x-ms-request-charge", "13.4");
            response.Headers.Add("x-ms-activity-id", Guid.Empty.ToString());
            return Task.FromResult(response);
        }
    }
}
