using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Partitions;
using StreamChecker.Tests.Rules;

namespace StreamChecker.Tests.Cosmos;

/// <summary>What an emulator must hold is made when the app starts, where the settings say so, and at no other time.</summary>
public sealed class CosmosProvisioningTests : IAsyncLifetime
{
    private readonly Wire wire = new();
    private readonly PartitionInCosmos partition;

    public CosmosProvisioningTests() => partition = new(wire: wire);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Fact]
    public async Task TheContainer_IsAsTheDesignHasIt()
    {
        await ProvisionAsync();

        ContainerProperties container = await Container.ReadContainerAsync();
        Assert.Equal(("/userId", PartitionKeyDefinitionVersion.V2), (container.PartitionKeyPath, container.PartitionKeyDefinitionVersion));
        Assert.Equal(-1, container.DefaultTimeToLive);
        Assert.Equal(["/userId/?"], container.IndexingPolicy.IncludedPaths.Select(path => path.Path));
        Assert.Equal("/*", container.IndexingPolicy.ExcludedPaths.Select(path => path.Path).First());
        Assert.Equal(StreamsProcedure.Body, await ProcedureAsync());
    }

    [Fact]
    public async Task WhatIsThere_IsLeftAsItIs()
    {
        await ProvisionAsync();
        await partition.AdmitAsync();
        wire.Forget();

        await ProvisionAsync();

        Assert.All(wire.Passed.Where(request => !request.EndsWith(StreamsProcedure.Id, StringComparison.Ordinal)), request => Assert.StartsWith("GET ", request, StringComparison.Ordinal));
        Assert.DoesNotContain(wire.Passed, request => request.StartsWith("PUT ", StringComparison.Ordinal));
        Assert.Single(await partition.ActiveAsync());
    }

    [Fact]
    public async Task AnotherTextOfTheProcedure_IsReplaced()
    {
        await ProvisionAsync();
        await Container.Scripts.ReplaceStoredProcedureAsync(new(StreamsProcedure.Id, "function streams() { throw new Error('old'); }"));

        await ProvisionAsync();

        Assert.Equal(StreamsProcedure.Body, await ProcedureAsync());
        await partition.AdmitAsync();
    }

    [Fact]
    public async Task AnotherInstanceThatWasFaster_IsNoFailure()
    {
        await ProvisionAsync();
        wire.Befallen = request => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains("/sprocs/", StringComparison.Ordinal);
        wire.Answer(HttpStatusCode.NotFound);

        await ProvisionAsync();

        wire.Fault = null;
        Assert.Equal(StreamsProcedure.Body, await ProcedureAsync());
    }

    [Fact]
    public async Task ACall_MakesNothing()
    {
        await Assert.ThrowsAsync<StoredProcedureException>(() => partition.StartAsync());

        Assert.DoesNotContain(wire.Passed, request => !request.StartsWith("GET ", StringComparison.Ordinal) && !request.EndsWith(StreamsProcedure.Id, StringComparison.Ordinal));
    }

    private Container Container => partition.Services.GetRequiredService<CosmosClient>().GetContainer(StreamsContainer.Database, StreamsContainer.Id);

    private Task ProvisionAsync() => partition.StartAsHostAsync();

    private async Task<string> ProcedureAsync() => (await Container.Scripts.ReadStoredProcedureAsync(StreamsProcedure.Id)).Resource.Body;
}
