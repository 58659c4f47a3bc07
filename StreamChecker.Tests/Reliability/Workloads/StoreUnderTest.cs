using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.Cosmos;
using StreamChecker.Embedded.Gateway;
using StreamChecker.Partitions;
using StreamChecker.Tests.Gateway;
using StreamChecker.Tests.Rules;

namespace StreamChecker.Tests.Reliability.Workloads;

/// <summary>One of the two partition stores, as the service ships it, with a clock that the test moves.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    // Long: a busy machine is no failure of the store.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Stack<IAsyncDisposable> opened;

    private StoreUnderTest(IStreamPartitions partitions, FakeTimeProvider time, params IAsyncDisposable[] opened) =>
        (Partitions, Time, this.opened) = (partitions, time, new(opened));

    public IStreamPartitions Partitions { get; }

    /// <summary>The database's clock.</summary>
    public FakeTimeProvider Time { get; }

    /// <summary>The database's time, in milliseconds.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<StoreUnderTest> OpenAsync(StoreKind kind) => kind == StoreKind.Embedded ? OpenEmbedded() : await OpenCosmosAsync();

    /// <summary>The store in Cosmos DB, with something between the SDK and the account.</summary>
    public static async Task<StoreUnderTest> OpenCosmosAsync(DelegatingHandler? between = null)
    {
        var account = new CosmosGatewayAccount();
        HttpMessageHandler handler = new CosmosGatewayHandler(account.Gateway);
        if (between is not null)
        {
            between.InnerHandler = handler;
            handler = between;
        }

        var options = new CosmosOptions { ConnectionString = $"AccountEndpoint={CosmosGatewayAccount.Endpoint};AccountKey={MasterKey.Emulators}" };
        var client = CosmosClients.Create(options, Deadline, () => new HttpClient(handler, disposeHandler: false));
        await CosmosProvisioning.EnsureAsync(client, options, CancellationToken.None);
        var partitions = new CosmosStreamPartitions(client.GetContainer(options.DatabaseName, options.ContainerName), CosmosClients.OneTry(Deadline), TimeProvider.System, NullLogger<CosmosStreamPartitions>.Instance);
        return new(partitions, account.Time, account, new Connection(client));
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
        return new(machine.Partitions, machine.Time, machine);
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
