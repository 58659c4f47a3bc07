namespace StreamChecker.Tests.Rules;

/// <summary>A repeated operation, which sets a limit or stops everything, takes effect once and gives its first result.</summary>
public abstract class OperationRules(Store store) : PartitionRules(store)
{
    public sealed class OnEmbedded() : OperationRules(Store.Embedded);

    public sealed class OnCosmos() : OperationRules(Store.Cosmos);

    [Theory]
    [InlineData(5)]
    [InlineData(null)]
    public async Task ARepeatedLimit_IsNotSetAgain(int? limit)
    {
        await Partition.AdmitAsync();
        var first = new UserLimit("anna", limit ?? 3, limit is null, "default");
        Assert.Equal(new SetLimitResult.LimitSet(first, Replayed: false), await Partition.SetLimitAsync(limit, idempotencyKey: "plan-1"));
        await Partition.SetLimitAsync(2);

        Assert.Equal(new SetLimitResult.LimitSet(first, Replayed: true), await Partition.SetLimitAsync(limit, idempotencyKey: "plan-1"));

        Assert.Equal(new("anna", 2, false, "default"), await Partition.Limiter.GetLimitAsync("anna", CancellationToken.None));
    }

    [Fact]
    public async Task ARepeatedStopOfAll_EndsNothingThatWasStartedSince()
    {
        await Partition.AdmitAsync();
        await Partition.AdmitAsync();
        Assert.Equal(new StopAllResult.Stopped(2, Replayed: false), await Partition.StopAllAsync(idempotencyKey: "stop-1"));
        var since = (await Partition.AdmitAsync()).Record;

        Assert.Equal(new StopAllResult.Stopped(2, Replayed: true), await Partition.StopAllAsync(idempotencyKey: "stop-1"));

        Assert.Equal([since], await Partition.ActiveAsync());
    }

    [Fact]
    public async Task TheKeyOfAnotherOperationOrLimit_IsRejected()
    {
        await Partition.AdmitAsync();
        await Partition.SetLimitAsync(5, idempotencyKey: "plan-1");
        Assert.Equal(new SetLimitResult.KeyReused(), await Partition.SetLimitAsync(4, idempotencyKey: "plan-1"));
        Assert.Equal(new SetLimitResult.KeyReused(), await Partition.SetLimitAsync(null, idempotencyKey: "plan-1"));
        Assert.Equal(new StopAllResult.KeyReused(), await Partition.StopAllAsync(idempotencyKey: "plan-1"));
        Assert.Single(await Partition.ActiveAsync());

        await Partition.StopAllAsync(idempotencyKey: "stop-1");
        Assert.Equal(new SetLimitResult.KeyReused(), await Partition.SetLimitAsync(5, idempotencyKey: "stop-1"));
        Assert.Equal(new SetLimitResult.KeyReused(), await Partition.SetLimitAsync(null, idempotencyKey: "stop-1"));
        Assert.Equal(new("anna", 5, false, "default"), await Partition.Limiter.GetLimitAsync("anna", CancellationToken.None));

        // 3 is the default limit, and still not the same operation as the reset.
        await Partition.SetLimitAsync(null, idempotencyKey: "reset-1");
        Assert.Equal(new SetLimitResult.KeyReused(), await Partition.SetLimitAsync(3, idempotencyKey: "reset-1"));
    }

    [Fact]
    public async Task TheSameKeyOfAnotherUser_IsAnotherOperation()
    {
        await Partition.SetLimitAsync(5, idempotencyKey: "plan-1");

        Assert.Equal(
            new SetLimitResult.LimitSet(new("bert", 4, false, "default"), Replayed: false), await Partition.SetLimitAsync(4, "bert", "plan-1"));
    }

    [Fact]
    public async Task TheLastEightOperations_AreRemembered()
    {
        await Partition.SetLimitAsync(5, idempotencyKey: "plan-1");
        for (var i = 0; i < 7; i++)
        {
            await Partition.SetLimitAsync(2);
        }

        Assert.Equal(new SetLimitResult.LimitSet(new("anna", 5, false, "default"), Replayed: true), await Partition.SetLimitAsync(5, idempotencyKey: "plan-1"));

        await Partition.SetLimitAsync(2);
        Assert.Equal(new SetLimitResult.LimitSet(new("anna", 5, false, "default"), Replayed: false), await Partition.SetLimitAsync(5, idempotencyKey: "plan-1"));
        Assert.Equal(8, (await Partition.DocumentsAsync())["user"].GetProperty("operations").GetArrayLength());
    }

    [Fact]
    public async Task Starts_ForgetNoOperationAndNoLimit()
    {
        await Partition.SetLimitAsync(5, idempotencyKey: "plan-1");
        for (var i = 0; i < 20; i++)
        {
            await Partition.StopAsync((await Partition.AdmitAsync()).Record.Id);
        }

        Assert.Equal(new SetLimitResult.LimitSet(new("anna", 5, false, "default"), Replayed: true), await Partition.SetLimitAsync(5, idempotencyKey: "plan-1"));
    }

    [Fact]
    public async Task AStopOfAllThatFindsNothing_MakesNoDocument()
    {
        Assert.Equal(new StopAllResult.Stopped(0, Replayed: false), await Partition.StopAllAsync(idempotencyKey: "stop-1"));

        Assert.Empty(await Partition.DocumentsAsync());
        Assert.Equal(new StopAllResult.Stopped(0, Replayed: false), await Partition.StopAllAsync(idempotencyKey: "stop-1"));
    }

    [Fact]
    public async Task AStopOfAllThatFindsNothing_WritesNothing()
    {
        await Partition.StopAsync((await Partition.AdmitAsync()).Record.Id);
        var before = Partition.Engine.Syncs;

        await Partition.StopAllAsync();

        Assert.Equal(before, Partition.Engine.Syncs);
    }

    [Fact]
    public async Task AResetOfAnUnknownUsersLimit_MakesNoDocument()
    {
        Assert.Equal(
            new SetLimitResult.LimitSet(new("anna", 3, true, "default"), Replayed: false), await Partition.SetLimitAsync(null, idempotencyKey: "reset-1"));

        Assert.Empty(await Partition.DocumentsAsync());
    }

    [Fact]
    public async Task ALimitBeforeTheFirstStream_MakesTheUserDocumentAlone()
    {
        await Partition.SetLimitAsync(5);

        Assert.Equal(["user"], (await Partition.DocumentsAsync()).Keys);
    }

    /// <summary>The store's index of a user's records is the user document: every start of a stranger makes it first.</summary>
    [Fact]
    public async Task WithoutAUserDocument_ThereIsNoRecord()
    {
        var random = new Random(20260131);
        for (var step = 0; step < 300; step++)
        {
            var userId = $"user {random.Next(40)}";
            switch (random.Next(5))
            {
                case 0:
                    await Partition.StartAsync(userId);
                    break;
                case 1:
                    await Partition.StopAllAsync(userId);
                    break;
                case 2:
                    await Partition.SetLimitAsync(random.Next(2) == 0 ? null : random.Next(4), userId);
                    break;
                case 3:
                    await Partition.Limiter.ListAsync(userId, CancellationToken.None);
                    break;
                default:
                    Partition.Pass(seconds: random.Next(120));
                    break;
            }

            var documents = await Partition.DocumentsAsync(userId);
            Assert.True(documents.Count == 0 || documents.ContainsKey("user"), $"Step {step}: {string.Join(", ", documents.Keys)}");
            Assert.False(documents.TryGetValue("user", out var user) && user.TryGetProperty("ttl", out _));
        }
    }
}
