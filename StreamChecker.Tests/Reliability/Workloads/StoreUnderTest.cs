using InProcessCosmos.Documents;
using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Scripts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.Cosmos;
using StreamChecker.StoredProcedure;
using StreamChecker.Tests.Gateway;
using StreamChecker.Tests.Rules;

namespace StreamChecker.Tests.Reliability.Workloads;

/// <summary>One of the two partition stores, as the service ships it, with a clock that the test moves.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    // Long: a busy machine is no failure of the store.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Stack<IAsyncDisposable> opened;
    private readonly EngineClock clock;

    private StoreUnderTest(IStreamPartitions partitions, FakeTimeProvider time, EngineClock clock, params IAsyncDisposable[] opened) =>
        (Partitions, Time, this.clock, this.opened) = (partitions, time, clock, new(opened));

    public IStreamPartitions Partitions { get; }

    /// <summary>The clock of the database's machine.</summary>
    public FakeTimeProvider Time { get; }

    /// <summary>The database's time, in milliseconds.</summary>
    public long Now => clock.Now();

    /// <summary>Sets the machine's clock, forward or back.</summary>
    public void ShowTime(long moment)
    {
        if (moment >= Now)
        {
            Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(moment));
        }
        else
        {
            Time.AdjustTime(DateTimeOffset.FromUnixTimeMilliseconds(moment));
        }
    }

    public static async Task<StoreUnderTest> OpenAsync(StoreKind kind) => kind == StoreKind.Embedded ? OpenEmbedded() : await OpenCosmosAsync();

    /// <summary>The store in Cosmos DB, with something between the SDK and the account.</summary>
    /// <param name="between">What is between them.</param>
    /// <param name="procedure">Another text of the stored procedure.</param>
    public static async Task<StoreUnderTest> OpenCosmosAsync(DelegatingHandler? between = null, string? procedure = null)
    {
        var account = new CosmosGatewayAccount();
        HttpMessageHandler handler = account.Handler;
        if (between is not null)
        {
            between.InnerHandler = handler;
            handler = between;
        }

        var options = new CosmosOptions { ConnectionString = $"AccountEndpoint={CosmosGatewayAccount.Endpoint};AccountKey={CosmosGatewayOptions.EmulatorKey}" };
        var client = CosmosClients.Create(options, Deadline, () => new HttpClient(handler, disposeHandler: false));
        await CosmosProvisioning.EnsureAsync(client, options, CancellationToken.None);
        var container = client.GetContainer(options.DatabaseName, options.ContainerName);
        if (procedure is not null)
        {
            await container.Scripts.ReplaceStoredProcedureAsync(new StoredProcedureProperties(StreamsProcedure.Id, procedure));
        }

        var partitions = new CosmosStreamPartitions(
            container, CosmosClients.OneTry(Deadline), TimeProvider.System, NullLogger<CosmosStreamPartitions>.Instance);
        return new(partitions, account.Time, account.Clock, account, new Connection(client));
    }

    public async ValueTask DisposeAsync()
    {
        while (opened.TryPop(out var last))
        {
            await last.DisposeAsync();
        }
    }

    private static StoreUnderTest OpenEmbedded()
    {
        var machine = new PartitionOnThisMachine();
        return new(machine.Partitions, machine.Time, machine.Engine.Clock, machine);
    }

    private sealed class Connection(CosmosClient client) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
