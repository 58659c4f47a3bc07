using StreamChecker.Cosmos;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Rules;

/// <summary>The limiter over Cosmos DB, as the gateway in this process has it.</summary>
internal sealed class PartitionInCosmos : TestPartition
{
    public PartitionInCosmos(Action<StreamCheckerOptions>? configure = null, DelegatingHandler? wire = null)
        : base(services => services.AddCosmosInThisProcess(wire).AddCosmosStreamPartitions(), configure, CosmosInThisProcess.Settings)
    {
    }

    /// <summary>Makes an account, and in it what the app needs, as a host does when it starts.</summary>
    public static async Task<PartitionInCosmos> OpenAsync(Action<StreamCheckerOptions>? configure = null, DelegatingHandler? wire = null)
    {
        var partition = new PartitionInCosmos(configure, wire);
        await partition.Services.ProvisionStreamPartitionsAsync(CancellationToken.None);
        return partition;
    }
}
