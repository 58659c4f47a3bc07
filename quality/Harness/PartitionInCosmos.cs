using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Scripts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using StreamChecker.Cosmos;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Harness;

/// <summary>The limiter over Cosmos DB, as the gateway in this process has it.</summary>
internal sealed class PartitionInCosmos : TestPartition
{
    /// <param name="configure">Other settings.</param>
    /// <param name="wire">What the requests pass on their way; null for nothing.</param>
    /// <param name="callTime">The clock that bounds a call; null for the database's, which then must not leap during one.</param>
    public PartitionInCosmos(Action<StreamCheckerOptions>? configure = null, DelegatingHandler? wire = null, TimeProvider? callTime = null)
        : base(services => AddStore(services, wire, callTime), configure, CosmosInThisProcess.Settings)
    {
    }

    /// <summary>Makes an account, and in it what the app needs, as a host does when it starts.</summary>
    public static async Task<PartitionInCosmos> OpenAsync(Action<StreamCheckerOptions>? configure = null, DelegatingHandler? wire = null)
    {
        var partition = new PartitionInCosmos(configure, wire);
        await partition.StartAsHostAsync();
        return partition;
    }

    /// <summary>The same, where a call is bounded by the real clock, and by much of it: the database's makes leaps, and a busy machine is no failure of the store.</summary>
    /// <param name="wire">What the requests pass on their way; null for nothing.</param>
    /// <param name="procedure">Another text of the stored procedure.</param>
    public static async Task<PartitionInCosmos> OpenPatientAsync(DelegatingHandler? wire = null, string? procedure = null)
    {
        var partition = new PartitionInCosmos(options => options.DeadlineSeconds = 60, wire, TimeProvider.System);
        await partition.StartAsHostAsync();
        if (procedure is not null)
        {
            await partition.Container.Scripts.ReplaceStoredProcedureAsync(new StoredProcedureProperties(StreamsProcedure.Id, procedure));
        }

        return partition;
    }

    /// <summary>The streams' container, through the SDK.</summary>
    public Container Container => ContainerOf(Services);

    /// <summary>What was logged.</summary>
    public FakeLogCollector Log => Services.GetFakeLogCollector();

    /// <summary>Starts as a host does, and waits for its work in the background.</summary>
    public async Task StartAsHostAsync()
    {
        using var startup = ActivatorUtilities.CreateInstance<CosmosStartup>(Services);
        await startup.StartAsync(CancellationToken.None);
        await startup.ExecuteTask!;
    }

    private static void AddStore(IServiceCollection services, DelegatingHandler? wire, TimeProvider? callTime)
    {
        services.AddCosmosInThisProcess(wire).AddCosmosStreamPartitions().AddLogging(logging => logging.AddFakeLogging());
        if (callTime is not null)
        {
            services.AddSingleton<IStreamPartitions>(provider => new CosmosStreamPartitions(
                ContainerOf(provider),
                CosmosClients.OneTry(provider.GetRequiredService<IOptions<StreamCheckerOptions>>().Value.Deadline),
                callTime,
                provider.GetRequiredService<ILogger<CosmosStreamPartitions>>()));
        }
    }

    private static Container ContainerOf(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<CosmosOptions>>().Value;
        return services.GetRequiredService<CosmosClient>().GetContainer(options.DatabaseName, options.ContainerName);
    }
}
