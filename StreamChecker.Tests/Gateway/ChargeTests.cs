using System.Net;
using Microsoft.Azure.Cosmos;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Gateway;

/// <summary>
/// What a call of the stored procedure costs, in request units, as the gateway charges it: docs/capacity.md is worked out
/// from these, so a rule that reads or writes more is seen here first.
/// </summary>
public sealed class ChargeTests : IAsyncLifetime
{
    private readonly PartitionInCosmos account = new();
    private readonly long began;

    public ChargeTests() => began = account.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task InitializeAsync() => account.StartAsHostAsync();

    public Task DisposeAsync() => account.DisposeAsync().AsTask();

    [Fact]
    public async Task AFirstStart_CostsAQueryAndTwoCreates() => Assert.Equal(13.4, await ChargeAsync(Start("a")), 3);

    [Fact]
    public async Task ARejectedStart_CostsAQuery()
    {
        await ChargeAsync(Start("a"));

        Assert.Equal(3.4, await ChargeAsync(Start("b")), 3);
    }

    [Fact]
    public async Task AStart_CostsAQueryACreateAndAReplace()
    {
        await ChargeAsync(Start("a"));
        await ChargeAsync(Stop());

        Assert.Equal(18.4, await ChargeAsync(Start("b")), 3);
    }

    [Fact]
    public async Task AStartThatReplaces_CostsAReplaceMore()
    {
        await ChargeAsync(Start("a"));

        Assert.Equal(28.4, await ChargeAsync(Start("b", replaceOldest: true)), 3);
    }

    [Fact]
    public async Task AHeartbeatThatIsWritten_CostsAReadAndAReplace()
    {
        await ChargeAsync(Start("a"));
        account.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(12, await ChargeAsync(Heartbeat()), 3);
    }

    [Fact]
    public async Task WithTwoSpeeds_AHeartbeatCostsAReadOfTheUserDocumentMore()
    {
        await ChargeAsync(Start("a"));

        Assert.Equal(13, await ChargeAsync(Heartbeat(new { leaseMs = 360_000, intervalMs = 120_000 })), 3);
        Assert.Equal(3, await ChargeAsync(Heartbeat(new { leaseMs = 360_000, intervalMs = 120_000 })), 3);
    }

    [Fact]
    public async Task AHeartbeatThatNeedsNoWrite_CostsARead()
    {
        await ChargeAsync(Start("a"));

        Assert.Equal(2, await ChargeAsync(Heartbeat()), 3);
    }

    [Fact]
    public async Task AStop_CostsAReadAndAReplace()
    {
        await ChargeAsync(Start("a"));

        Assert.Equal(12, await ChargeAsync(Stop()), 3);
    }

    [Fact]
    public async Task AStopOfAll_CostsAQueryAndAReplaceOfEachStreamAndOfTheUser()
    {
        await ChargeAsync(Start("a"));

        Assert.Equal(23.4, await ChargeAsync(new { op = "stopAll", userId = "anna", operationId = "o" }), 3);
    }

    [Fact]
    public async Task ALimit_CostsAReadAndAReplace()
    {
        await ChargeAsync(Start("a"));

        Assert.Equal(12, await ChargeAsync(new { op = "setLimit", userId = "anna", operationId = "o", change = new { limit = new { to = 2 } } }), 3);
    }

    [Fact]
    public async Task AList_CostsAQuery() =>
        Assert.Equal(3.4, await ChargeAsync(new { op = "list", userId = "anna" }), 3);

    private static object Start(string key, bool replaceOldest = false) =>
        new { op = "start", userId = "anna", key, streamId = "film", deviceName = "tv", leaseMs = 90_000, plan = new { name = "default", rules = new[] { new { name = "streams", limit = 1 } } }, replaceOldest };

    private object Stop() => new { op = "stop", userId = "anna", key = "a", startedAt = began };

    private object Heartbeat(object? relaxed = null) =>
        relaxed is null
            ? new { op = "renew", userId = "anna", key = "a", startedAt = began, leaseMs = 90_000, intervalMs = 30_000 }
            : new { op = "renew", userId = "anna", key = "a", startedAt = began, leaseMs = 90_000, intervalMs = 30_000, relaxed };

    private async Task<double> ChargeAsync(object command)
    {
        using var response = await account.Container.Scripts.ExecuteStoredProcedureStreamAsync(StreamsProcedure.Id, new PartitionKey("anna"), [command]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.RequestCharge;
    }
}
