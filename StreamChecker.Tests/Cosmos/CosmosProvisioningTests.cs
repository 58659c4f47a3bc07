using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using StreamChecker.Cosmos;
using StreamChecker.StoredProcedure;

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
        wire.Respond(HttpStatusCode.NotFound);

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AContainerWithAnotherPartitionKey_IsRejected(bool provision)
    {
        Database database = await Client.CreateDatabaseAsync(StreamsContainer.Database);
        await database.CreateContainerAsync(StreamsContainer.Id, "/accountId");
        partition.Services.GetRequiredService<IOptions<CosmosOptions>>().Value.Provision = provision;

        var failure = await Assert.ThrowsAsync<StreamStoreUnavailableException>(ProvisionAsync);

        Assert.Contains("/accountId", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/userId", failure.Message, StringComparison.Ordinal);
        Assert.Single(failure.Message.Split('\n'));
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(-1, 0)]
    [InlineData(3600, 0)]
    public async Task AContainerThatRemovesNothing_IsWarnedOfOnce(int? timeToLive, int warnings)
    {
        Database database = await Client.CreateDatabaseAsync(StreamsContainer.Database);
        await database.CreateContainerAsync(new ContainerProperties(StreamsContainer.Id, "/userId") { DefaultTimeToLive = timeToLive });
        var log = new FakeLogger<ContainerCheck>();

        await new ContainerCheck(log).RunAsync(Container, TimeSpan.FromSeconds(60), CancellationToken.None);

        Assert.Equal(warnings, log.Collector.GetSnapshot().Count(record => record.Level == LogLevel.Warning && record.Message.Contains("no time to live", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AnAccountThatDoesNotRespond_IsNoReasonNotToStart()
    {
        wire.Befallen = _ => true;
        wire.Respond(HttpStatusCode.NotFound);

        await new ContainerCheck(new FakeLogger<ContainerCheck>()).RunAsync(Container, TimeSpan.FromSeconds(60), CancellationToken.None);
    }

    [Fact]
    public async Task AKeyThatTheAccountRejects_IsSaid()
    {
        await ProvisionAsync();
        wire.Befallen = _ => true;
        wire.Respond(HttpStatusCode.Unauthorized);

        var failure = await Assert.ThrowsAsync<StreamStoreUnavailableException>(
            () => new ContainerCheck(new FakeLogger<ContainerCheck>()).RunAsync(Container, TimeSpan.FromSeconds(60), CancellationToken.None));

        Assert.Contains("rejects the key of StreamChecker__Cosmos__ConnectionString", failure.Message, StringComparison.Ordinal);
    }

    private CosmosClient Client => partition.Services.GetRequiredService<CosmosClient>();

    private Container Container => Client.GetContainer(StreamsContainer.Database, StreamsContainer.Id);

    private Task ProvisionAsync() => partition.StartAsHostAsync();

    private async Task<string> ProcedureAsync() => (await Container.Scripts.ReadStoredProcedureAsync(StreamsProcedure.Id)).Resource.Body;
}
