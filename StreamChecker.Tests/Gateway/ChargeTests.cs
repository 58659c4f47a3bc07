using System.Net;
using Microsoft.Azure.Cosmos;
using StreamChecker.Partitions;

namespace StreamChecker.Tests.Gateway;

/// <summary>
/// What a call of the stored procedure costs, in request units, as the gateway charges it: docs/capacity.md is worked out
/// from these, so a rule that reads or writes more is seen here first.
/// </summary>
public sealed class ChargeTests : IAsyncDisposable
{
    private readonly CosmosGatewayAccount account = new();

    public ValueTask DisposeAsync() => account.DisposeAsync();

    [Fact]
    public async Task AFirstStart_CostsAQueryAndACreate() => Assert.Equal(8.4, await ChargeAsync(await account.StreamsAsync(), Start("a")), 3);

    [Fact]
    public async Task ARefusedStart_CostsAQuery()
    {
        var container = await account.StreamsAsync();
        await ChargeAsync(container, Start("a"));

        Assert.Equal(3.4, await ChargeAsync(container, Start("b")), 3);
    }

    [Fact]
    public async Task AStartInASlotThatIsFreeAgain_CostsAQueryAndAReplace()
    {
        var container = await account.StreamsAsync();
        await ChargeAsync(container, Start("a"));
        await ChargeAsync(container, new { op = "stop", userId = "anna", slot = 0, recordId = "a" });

        Assert.Equal(13.4, await ChargeAsync(container, Start("b")), 3);
    }

    [Fact]
    public async Task AHeartbeatThatIsWritten_CostsAReadAndAReplace()
    {
        var container = await account.StreamsAsync();
        await ChargeAsync(container, Start("a"));
        account.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(12, await ChargeAsync(container, Heartbeat()), 3);
    }

    [Fact]
    public async Task AHeartbeatThatNeedsNoWrite_CostsARead()
    {
        var container = await account.StreamsAsync();
        await ChargeAsync(container, Start("a"));

        Assert.Equal(2, await ChargeAsync(container, Heartbeat()), 3);
    }

    [Fact]
    public async Task AStop_CostsAReadAndAReplace()
    {
        var container = await account.StreamsAsync();
        await ChargeAsync(container, Start("a"));

        Assert.Equal(12, await ChargeAsync(container, new { op = "stop", userId = "anna", slot = 0, recordId = "a" }), 3);
    }

    [Fact]
    public async Task AList_CostsAQuery() =>
        Assert.Equal(3.4, await ChargeAsync(await account.StreamsAsync(), new { op = "list", userId = "anna", defaultLimit = 1 }), 3);

    private static object Start(string recordId) =>
        new { op = "start", userId = "anna", recordId, streamId = "film", deviceName = "tv", leaseMs = 90_000, defaultLimit = 1 };

    private static object Heartbeat() =>
        new { op = "renew", userId = "anna", slot = 0, recordId = "a", leaseMs = 90_000, intervalMs = 30_000 };

    private static async Task<double> ChargeAsync(Container container, object command)
    {
        using var response = await container.Scripts.ExecuteStoredProcedureStreamAsync(StreamsProcedure.Id, new PartitionKey("anna"), [command]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.RequestCharge;
    }
}
