using System.Net;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Http;

/// <summary>
/// A transaction was committed, and its response was lost. Where it was lost between the service and the store, the service
/// tries again by itself; where it was lost after that, the caller does, with the same <c>Idempotency-Key</c>.
/// </summary>
public sealed class LostResponseTests : IAsyncLifetime
{
    private LostResponses? responses;
    private StreamServer? server;

    public static TheoryData<Store, bool> Retries => new()
    {
        { Store.Embedded, false }, { Store.Embedded, true }, { Store.Cosmos, false }, { Store.Cosmos, true },
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server?.DisposeAsync().AsTask() ?? Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Retries))]
    public async Task AStartThatReplaced_SaysAgainWhatItEnded(Store store, bool byTheCaller)
    {
        var client = Open(store);
        var tv = (await client.StartAsync("anna", "film", "TV")).Id;
        server!.Time.Advance(TimeSpan.FromSeconds(1));
        var phone = (await client.StartAsync("anna", "match", "Phone")).Id;
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await client.StartAsync("anna");
        await client.SetLimitAsync("anna", 2);

        var response = await RetriedAsync(
            byTheCaller, () => client.StartAsync("anna", "concert", "Laptop", onLimit: "replaceOldest", idempotencyKey: byTheCaller ? "play-1" : null));

        Assert.Equal((HttpStatusCode.Created, 2), (response.Status, response.Number("active")));
        Assert.Equal([tv, phone], response.Body.GetProperty("replaced").EnumerateArray().Select(replaced => replaced.GetProperty("id").GetString()));
        Assert.Equal(2, (await client.ListAsync("anna")).Number("active"));
        Assert.Equal("Laptop", (await client.HeartbeatAsync(tv)).Body.GetProperty("replacedBy").GetProperty("deviceName").GetString());
    }

    [Theory]
    [MemberData(nameof(Retries))]
    public async Task AStopOfAll_SaysAgainHowManyItStopped(Store store, bool byTheCaller)
    {
        var client = Open(store);
        await client.StartAsync("anna");
        await client.StartAsync("anna");

        var response = await RetriedAsync(byTheCaller, () => client.StopAllAsync("anna", byTheCaller ? "stop-1" : null));

        Assert.Equal((HttpStatusCode.OK, """{"stopped":2}"""), (response.Status, response.Content));
        Assert.Equal(0, (await client.ListAsync("anna")).Number("active"));
    }

    [Theory]
    [MemberData(nameof(Retries))]
    public async Task ALimit_IsSetOnce(Store store, bool byTheCaller)
    {
        var client = Open(store);
        await client.StartAsync("anna");

        var response = await RetriedAsync(byTheCaller, () => client.SetLimitAsync("anna", 5, byTheCaller ? "plan-1" : null));

        Assert.Equal((HttpStatusCode.OK, 5), (response.Status, response.Number("maxConcurrentStreams")));
        Assert.Equal(5, (await client.GetLimitAsync("anna")).Number("maxConcurrentStreams"));
    }

    private HttpClient Open(Store store)
    {
        server = new StreamServer().On(store).Before(partitions => responses = new(partitions));
        return server.CreateClient();
    }

    /// <summary>The response of the attempt after the one whose response was lost.</summary>
    private async Task<ApiResponse> RetriedAsync(bool byTheCaller, Func<Task<ApiResponse>> call)
    {
        if (byTheCaller)
        {
            var lost = await call();
            Assert.False(lost.Message.Headers.Contains("Idempotency-Replayed"));
            var again = await call();
            Assert.Equal(["true"], again.Message.Headers.GetValues("Idempotency-Replayed"));
            return again;
        }

        responses!.LoseOne();
        var running = call();
        while (!running.IsCompleted)
        {
            // The pause between two tries is by this clock.
            server!.Time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.WhenAny(running, Task.Delay(5));
        }

        Assert.False(responses.IsWaiting);
        var response = await running;
        Assert.False(response.Message.Headers.Contains("Idempotency-Replayed"));
        return response;
    }
}
