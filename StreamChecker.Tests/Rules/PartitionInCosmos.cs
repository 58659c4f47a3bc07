using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using StreamChecker.Cosmos;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Rules;

/// <summary>The limiter over Cosmos DB, as the gateway in this process has it.</summary>
internal sealed class PartitionInCosmos : TestPartition
{
    public PartitionInCosmos(Action<StreamCheckerOptions>? configure = null, DelegatingHandler? wire = null)
        : base(
            services => services.AddCosmosInThisProcess(wire).AddCosmosStreamPartitions().AddLogging(logging => logging.AddFakeLogging()),
            configure,
            CosmosInThisProcess.Settings)
    {
    }

    /// <summary>Makes an account, and in it what the app needs, as a host does when it starts.</summary>
    public static async Task<PartitionInCosmos> OpenAsync(Action<StreamCheckerOptions>? configure = null, DelegatingHandler? wire = null)
    {
        var partition = new PartitionInCosmos(configure, wire);
        await partition.StartAsHostAsync();
        return partition;
    }

    /// <summary>What was logged.</summary>
    public FakeLogCollector Log => Services.GetFakeLogCollector();

    /// <summary>Does what a host does when it starts, and waits for what goes on behind it.</summary>
    public async Task StartAsHostAsync()
    {
        using var startup = ActivatorUtilities.CreateInstance<CosmosStartup>(Services);
        await startup.StartAsync(CancellationToken.None);
        await startup.ExecuteTask!;
    }
}
