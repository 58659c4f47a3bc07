using System.Net;
using Microsoft.Azure.Cosmos;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Gateway;

/// <summary>
/// What a call of the stored procedure costs, in request units, as the gateway charges it: docs/capacity.md is worked out
/// from these, so a rule that reads or writes more is seen here first.
/// </summary>
public sealed class ChargeTests : IAsyncDisposable
{
    private readonly CosmosGatewayAccount account = new();
    private readonly long began;

    public ChargeTests() => began = account.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask DisposeAsync() => account.DisposeAsync();

    [Fact]
    public async Task AFirstStart_CostsAQueryAndTwoCreates() => Assert.Equal(13.4, await ChargeAsync(await account.StreamsAsync(), Start("a")), 3);

    [Fact]
    public async Task ARefusedStart_CostsAQuery()
    {
        var container = await account.StreamsAsync();
        await ChargeAsync(container, Start("a"));

        Assert.Equal(3.4, await ChargeAsync(container, Start("b")), 3);
    }

    [Fact]
    public async Task AStart_CostsAQueryACreateAndAReplace()
    {
        var container = await account.StreamsAsync();
        await ChargeAsync(container, Start("a"));
        await ChargeAsync(container, Stop());

        Assert.Equal(18.4, await ChargeAsync(container, Start("b")), 3);
    }

    [Fact]
    public async Task AStartThatReplaces_CostsAReplaceMore()
    {
        var container = await account.StreamsAsync();
        await ChargeAsync(container, Start("a"));

        Assert.Equal(28.4, await ChargeAsync(container, Start("b", replaceOldest: true)), 3);
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

        Assert.Equal(12, await ChargeAsync(container, Stop()), 3);
    }

    [Fact]
    public async Task AStopOfAll_CostsAQueryAndAReplaceOfEachStreamAndOfTheUser()
    {
        var container = await account.StreamsAsync();
        await ChargeAsync(container, Start("a"));

        Assert.Equal(23.4, await ChargeAsync(container, new { op = "stopAll", userId = "anna", operationId = "o" }), 3);
    }

    [Fact]
    public async Task ALimit_CostsAReadAndAReplace()
    {
        var container = await account.StreamsAsync();
        await ChargeAsync(container, Start("a"));

        Assert.Equal(12, await ChargeAsync(container, new { op = "setLimit", userId = "anna", operationId = "o", maxConcurrentStreams = 2, defaultLimit = 1 }), 3);
    }

    [Fact]
    public async Task AList_CostsAQuery() =>
        Assert.Equal(3.4, await ChargeAsync(await account.StreamsAsync(), new { op = "list", userId = "anna", defaultLimit = 1 }), 3);

    private static object Start(string key, bool replaceOldest = false) =>
        new { op = "start", userId = "anna", key, streamId = "film", deviceName = "tv", leaseMs = 90_000, defaultLimit = 1, replaceOldest };

    private object Stop() => new { op = "stop", userId = "anna", key = "a", startedAt = began };

    private object Heartbeat() => new { op = "renew", userId = "anna", key = "a", startedAt = began, leaseMs = 90_000, intervalMs = 30_000 };

    private static async Task<double> ChargeAsync(Container container, object command)
    {
        using var response = await container.Scripts.ExecuteStoredProcedureStreamAsync(StreamsProcedure.Id, new PartitionKey("anna"), [command]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.RequestCharge;
    }
}
