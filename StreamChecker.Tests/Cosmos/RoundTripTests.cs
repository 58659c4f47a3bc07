using System.Net;

namespace StreamChecker.Tests.Cosmos;

/// <summary>What passes between the service and Cosmos DB for one call, and what becomes of a call when nothing comes back.</summary>
public sealed class RoundTripTests : IAsyncLifetime
{
    private readonly Wire wire = new();
    private PartitionInCosmos partition = null!;

    public async Task InitializeAsync()
    {
        partition = await PartitionInCosmos.OpenAsync(wire: wire);
        await partition.AdmitAsync("warm-up");
        wire.Forget();
    }

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Fact]
    public async Task EveryCall_IsExactlyOneRoundTrip()
    {
        var first = (await partition.AdmitAsync()).Record;
        await partition.AdmitAsync();
        await partition.AdmitAsync();
        await partition.RejectAsync();
        await partition.RenewAsync(first.Id);
        await partition.StopAsync(first.Id);
        await partition.ActiveAsync();
        await partition.SetLimitAsync(5);
        await partition.StopAllAsync();

        Assert.Equal(9, wire.Executions);
        Assert.Equal(9, wire.Passed.Count);
    }

    [Fact]
    public async Task AResponseThatWasLostAfterTheCommit_StartsNoSecondStream()
    {
        wire.Fault = async (next, _) =>
        {
            using var lost = await next();
            wire.Fault = null;
            throw new HttpIOException(HttpRequestError.ResponseEnded);
        };
        var starting = partition.StartAsync();
        await PassUntilDoneAsync(starting);

        var admitted = Assert.IsType<StartResult.Admitted>(await starting);
        Assert.Equal((1, false), (admitted.Active, admitted.Replayed));
        Assert.Equal(2, wire.Executions);
        Assert.Single(await partition.ActiveAsync());
    }

    /// <summary>The second network does not even listen to its being called off: a request of the SDK that is under way does not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AStoreThatNeverResponds_IsUnavailableAtTheDeadline(bool canBeCalledOff)
    {
        wire.Fault = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, canBeCalledOff ? cancellationToken : CancellationToken.None);
            throw new InvalidOperationException("Never comes back.");
        };
        var began = partition.Time.GetUtcNow();
        var starting = partition.StartAsync();
        await PassUntilDoneAsync(starting);

        await Assert.ThrowsAsync<StreamStoreUnavailableException>(() => starting);
        Assert.InRange(partition.Time.GetUtcNow() - began, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
        Assert.InRange(wire.Executions, 2, 3);
    }

    /// <summary>Whether or not the SDK's request can be called off.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AStoreThatHangsOnce_IsTriedAgainInsideTheDeadline(bool canBeCalledOff)
    {
        wire.Fault = async (_, cancellationToken) =>
        {
            wire.Fault = null;
            await Task.Delay(Timeout.InfiniteTimeSpan, canBeCalledOff ? cancellationToken : CancellationToken.None);
            throw new InvalidOperationException("Never comes back.");
        };
        var began = partition.Time.GetUtcNow();
        var starting = partition.StartAsync();
        await PassUntilDoneAsync(starting);

        Assert.Equal(1, Assert.IsType<StartResult.Admitted>(await starting).Active);
        Assert.InRange(partition.Time.GetUtcNow() - began, TimeSpan.FromSeconds(5 / 3.0), TimeSpan.FromSeconds(5));
        Assert.Equal(2, wire.Executions);
    }

    [Fact]
    public async Task WriteConflictsWithoutEnd_AreUnavailableAtTheDeadline()
    {
        wire.Respond((HttpStatusCode)449);
        var starting = partition.StartAsync();
        await PassUntilDoneAsync(starting);

        await Assert.ThrowsAsync<StreamStoreUnavailableException>(() => starting);
    }

    /// <summary>Lets the clock run, which a pause between two tries and the deadline wait for.</summary>
    private async Task PassUntilDoneAsync(Task call)
    {
        for (var step = 0; step < 600 && !call.IsCompleted; step++)
        {
            partition.Pass(seconds: 0.1);
            await Task.WhenAny(call, Task.Delay(10));
        }

        Assert.True(call.IsCompleted, "A minute has passed.");
    }
}
