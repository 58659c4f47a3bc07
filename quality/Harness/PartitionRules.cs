namespace StreamChecker.Harness;

/// <summary>A part of what the service promises, on every store alike: each contract has one class a store.</summary>
public abstract class PartitionRules(Store store) : IAsyncLifetime
{
    private protected TestPartition Partition { get; private set; } = null!;

    public async Task InitializeAsync() => Partition = await OpenAsync();

    public Task DisposeAsync() => Partition.DisposeAsync().AsTask();

    /// <summary>One more partition store, with other settings.</summary>
    private protected async Task<TestPartition> OpenAsync(Action<StreamCheckerOptions>? configure = null) =>
        store == Store.Cosmos ? await PartitionInCosmos.OpenAsync(configure) : new PartitionOnThisMachine(configure);
}
