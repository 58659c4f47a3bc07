using System.Diagnostics;
using System.Net;
using InProcessCosmos.Execution;
using Microsoft.Extensions.Logging.Abstractions;
using StreamChecker.Server.Embedded;
using StreamChecker.StoredProcedure;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Overload;

/// <summary>More than can be carried: what is accepted keeps its latency, the rest is rejected quickly, and it is over when it is over.</summary>
[Collection(nameof(Alone))]
public sealed class OverloadTests(ITestOutputHelper output) : IDisposable
{
    private const int QueueLength = 64;
    private const int CallsAtOnce = 1024;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(Effort.Times(5));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AQueueThatIsFull_RejectsTheRestAndKeepsTheLatencyOfWhatItTook()
    {
        await using var engine = DocumentEngine.Open(
            new EngineOptions { DataPath = folder.Path, Shards = 1, QueueLength = QueueLength }, TimeProvider.System, NullLogger.Instance);
        var limiter = Limiters.Of(new EmbeddedStreamPartitions(engine, StreamsProcedure.Body), new(), TimeProvider.System);

        // As many at once as the queue holds is what it can carry.
        var (carried, none) = await CallAsync(limiter, "warm", QueueLength / 2, Length / 5);
        (carried, none) = await CallAsync(limiter, "carried", QueueLength / 2, Length / 2);
        Assert.Equal(0, none.Count);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (accepted, rejections) = await CallAsync(limiter, "over", QueueLength * 10, Length);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        var (recovered, still) = await CallAsync(limiter, "after", QueueLength / 2, Length / 5);

        output.WriteLine($"carried {Story(carried)}; overloaded: accepted {Story(accepted)}, rejected {Story(rejections)}; after: {Story(recovered)}; heap {before / 1e6:F1} MB, then {after / 1e6:F1} MB");
        Assert.True(rejections.Count > 0 && accepted.Count > 0);

        // In front of what was taken there was at most a full queue, and a batch as long that was being synced.
        Assert.True(
            accepted.Percentile(0.99) < TimeToWorkOn(2 * QueueLength, accepted) * 10, "What was accepted waited for longer than the queue is.");
        Assert.True(after < before + 32e6, "The memory grew.");
        Assert.Equal(0, still.Count);
        Assert.True(recovered.Percentile(0.5) < carried.Percentile(0.5) * 10, "It did not recover.");
    }

    [Fact]
    public async Task AServerWithMoreConnectionsThanItCanCarry_RespondsToAllAndStaysAsItWas()
    {
        await using var server = await ServerProcess.StartAsync(folder.Path, ("Logging__LogLevel__StreamChecker", "Error"));
        using var client = server.CreateClient();
        using var process = Process.GetProcessById(server.Id);
        var (carried, none) = await CallAsync(client, "warm", 16, Length / 5);
        (carried, none) = await CallAsync(client, "carried", 16, Length / 2);
        var (accepted, rejections) = await CallAsync(client, "over", CallsAtOnce * 2, Length);
        process.Refresh();
        var first = process.WorkingSet64;
        var (again, rejectedAgain) = await CallAsync(client, "again", CallsAtOnce * 2, Length);
        process.Refresh();
        var second = process.WorkingSet64;
        var (recovered, still) = await CallAsync(client, "after", 16, Length / 5);

        output.WriteLine($"carried {Story(carried)}; overloaded: accepted {Story(accepted)}, rejected {Story(rejections)}; and again {Story(again)}, rejected {Story(rejectedAgain)}; after: {Story(recovered)}; {first / 1e6:F0} MB, then {second / 1e6:F0} MB");
        Assert.Equal((0, 0), (none.Count, still.Count));
        Assert.True(rejections.Count > 0 && rejections.Percentile(0.5) < accepted.Percentile(0.5), "Those over the number were not rejected quickly.");
        Assert.True(
            accepted.Percentile(0.99) < TimeToWorkOn(CallsAtOnce, accepted) * 10,
            "What was accepted waited for longer than it takes to work on all that is accepted at once.");
        Assert.True(second < first * 1.5, "The memory grew.");
        Assert.True(recovered.Percentile(0.5) < carried.Percentile(0.5) * 10, "It did not recover.");
    }

    /// <summary>Bulk calls wait for their turn: the engine's queue has room for a few of them, and for all single calls.</summary>
    [Fact]
    public async Task ManyBulkCallsAtOnce_AreCarriedOut_AndSoAreTheSingleCallsNextToThem()
    {
        await using var engine = DocumentEngine.Open(new EngineOptions { DataPath = folder.Path, Shards = 1, QueueLength = EmbeddedServices.QueueLength }, TimeProvider.System, NullLogger.Instance);
        var limiter = Limiters.Of(new EmbeddedStreamPartitions(engine, StreamsProcedure.Body), new() { DeadlineSeconds = 60 }, TimeProvider.System);

        var bulk = SetLimitsAsync(limiter, calls: 32, perCall: 500);
        var single = Enumerable.Range(0, EmbeddedServices.MostCalls).Select(user => limiter.StartAsync(new() { UserId = $"single {user}", StreamId = "film" }, CancellationToken.None)).ToList();

        Assert.All(await Task.WhenAll(single), start => Assert.IsType<StartResult.Admitted>(start));
        Assert.All(await bulk, result => Assert.IsType<SetLimitResult.LimitSet>(result));
    }

    /// <summary>More of them than can wait are rejected, and it is known that they had no effect.</summary>
    [Fact]
    public async Task TooManyBulkCallsAtOnce_AreRejected_WithoutAnEffect()
    {
        await using var engine = DocumentEngine.Open(new EngineOptions { DataPath = folder.Path, Shards = 1 }, TimeProvider.System, NullLogger.Instance);
        var limiter = Limiters.Of(new EmbeddedStreamPartitions(engine, StreamsProcedure.Body), new() { DeadlineSeconds = 60 }, TimeProvider.System);

        var results = await SetLimitsAsync(limiter, calls: 300, perCall: 100);

        var rejected = results.OfType<SetLimitResult.Failed>().ToList();
        Assert.NotEmpty(rejected);
        Assert.True(rejected.Count < results.Count);
        Assert.All(rejected, failed => Assert.False(Assert.IsType<StreamStoreUnavailableException>(failed.Cause).OutcomeIsUnknown));
        Assert.IsType<SetLimitResult.LimitSet>((await limiter.SetLimitsAsync([new("later", LimitChange.ToLimit(5), null)], CancellationToken.None)).Single());
    }

    /// <summary>Makes bulk calls at once, and returns the results of all.</summary>
    private static async Task<IReadOnlyList<SetLimitResult>> SetLimitsAsync(StreamLimiter limiter, int calls, int perCall)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, calls).Select(call => limiter.SetLimitsAsync(
            [.. Enumerable.Range(0, perCall).Select(user => new UserLimitChange($"user {call}-{user}", LimitChange.ToLimit(5), null))], CancellationToken.None)));
        return [.. results.SelectMany(one => one)];
    }

    private static Task<(Latencies Accepted, Latencies Rejected)> CallAsync(StreamLimiter limiter, string name, int callers, TimeSpan length) =>
        CallAsync(callers, length, async (caller, call) =>
        {
            try
            {
                Assert.IsType<StartResult.Admitted>(await limiter.StartAsync(
                    new() { UserId = $"{name} {caller}-{call}", StreamId = "film" }, CancellationToken.None));
                return true;
            }
            catch (StreamStoreUnavailableException unavailable)
            {
                Assert.Equal(TimeSpan.FromSeconds(1), unavailable.RetryAfter);
                return false;
            }
        });

    private static Task<(Latencies Accepted, Latencies Rejected)> CallAsync(HttpClient client, string name, int callers, TimeSpan length) =>
        CallAsync(callers, length, async (caller, call) =>
        {
            var response = await client.StartAsync($"{name} {caller}-{call}");
            Assert.True(response.Status is HttpStatusCode.Created || (response.Status, response.RetryAfter) == (HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)));
            return response.Status == HttpStatusCode.Created;
        });

    private static async Task<(Latencies Accepted, Latencies Rejected)> CallAsync(int callers, TimeSpan length, Func<int, int, Task<bool>> startAsync)
    {
        var (accepted, rejected, began) = (new Latencies(), new Latencies(), Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            await Task.Yield();
            for (var call = 0; began.Elapsed < length; call++)
            {
                var start = Stopwatch.GetTimestamp();
                if (await startAsync(caller, call))
                {
                    accepted.Add(Stopwatch.GetElapsedTime(start));
                }
                else
                {
                    rejected.Add(Stopwatch.GetElapsedTime(start));

                    // Far sooner than the second that it was asked to wait.
                    await Task.Delay(10);
                }
            }
        }));
        return (accepted, rejected);
    }

    /// <summary>The time for the given number of calls, at the rate of these.</summary>
    private static TimeSpan TimeToWorkOn(int calls, Latencies accepted) => Length / accepted.Count * calls;

    private static string Story(Latencies latencies) => $"{latencies.Count} {latencies}";
}
