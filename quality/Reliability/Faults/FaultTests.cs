using StreamChecker.Reliability.Histories;
using StreamChecker.Reliability.Workloads;
using StreamChecker.StoredProcedure;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Faults;

/// <summary>With any fault between the SDK and the store, a call succeeds or is a 503, and the history is linearizable.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private const int FewestOfEachKind = 3;

    [Fact]
    public async Task UnderEveryFault_BeforeAndAfterTheCommit_CallsStayLinearizable()
    {
        output.WriteLine($"seed {Effort.Seed}");
        var random = new Random(Effort.Seed);
        var connection = new FaultyConnection(random);
        await using var service = ServiceUnderTest.Over(await PartitionInCosmos.OpenPatientAsync(connection), deadlineSeconds: 2);
        var verdict = new HistoryVerdict(0, 0, 0, 0, 0);
        for (var round = 0; round < Effort.Times(8); round++)
        {
            var history = new History(service.Clock);
            connection.History = history;
            var workload = new StreamWorkload(service.Client, history, $"user {round}") { Users = 4, Callers = 8, CallsEach = 6, Faulty = true };
            await workload.RunAsync(random);
            connection.History = null;
            await workload.ListAllAsync();
            verdict += history.Check();
        }

        output.WriteLine(verdict.ToString());
        output.WriteLine($"faults: {string.Join(", ", connection.Fired.OrderBy(fired => fired.Key.ToString()).Select(fired => $"{fired.Value} {fired.Key}"))}");
        Assert.All(Fault.All, fault => Assert.True(connection.Fired.GetValueOrDefault(fault) >= FewestOfEachKind, $"{fault} was hardly seen."));
        Assert.True(verdict.Lost > 0, "No response was lost.");
        Assert.True(verdict.Repeated > 0, "No try was lost, or it was not seen whose it was.");
    }

    public static TheoryData<string> Faults => [.. Fault.All.Select(fault => fault.ToString())];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task OneFault_IsAResultOfTheStore_NeverAnException(string fault)
    {
        var connection = new FaultyConnection(new Random(Effort.Seed)) { OneIn = 1, AtMost = 1, Faults = [.. Fault.All.Where(one => one.ToString() == fault)] };
        await using var store = await PartitionInCosmos.OpenPatientAsync(connection);
        connection.History = new History(new(store.Time));

        var response = await store.Partitions.ExecuteAsync(StartOf("anna"), CancellationToken.None);

        output.WriteLine(response.ToString());
        Assert.IsNotType<PartitionResult.Conflict>(response);
        Assert.Equal(1, connection.Fired.Values.Sum());
    }

    [Fact]
    public async Task FaultsUntilTheDeadline_AreUnavailability_NeverAnotherException()
    {
        var connection = new FaultyConnection(new Random(Effort.Seed)) { OneIn = 1 };
        await using var store = await PartitionInCosmos.OpenPatientAsync(connection);
        connection.History = new History(new(store.Time));
        var limiter = Limiters.Of(store.Partitions, new() { DeadlineSeconds = 1 }, TimeProvider.System);
        var unavailable = 0;

        await Task.WhenAll(Enumerable.Range(0, Effort.Times(100)).Select(async user =>
        {
            try
            {
                await limiter.StartAsync(new() { UserId = $"user {user}", StreamId = "film" }, CancellationToken.None);
            }
            catch (StreamStoreUnavailableException failure)
            {
                Assert.True(failure.RetryAfter > TimeSpan.Zero);
                Interlocked.Increment(ref unavailable);
            }
        }));

        output.WriteLine($"{unavailable} of {Effort.Times(100)} starts did not get through");
        Assert.True(unavailable > 0);
    }

    [Fact]
    public async Task AStoreThatReturnsOnlyFaults_IsA503WithRetryAfter()
    {
        var connection = new FaultyConnection(new Random(Effort.Seed)) { OneIn = 1 };
        await using var service = ServiceUnderTest.Over(await PartitionInCosmos.OpenPatientAsync(connection), deadlineSeconds: 1);
        var history = new History(service.Clock);
        connection.History = history;

        var responses = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => service.Client.StartAsync($"user {i}", "film")));

        Assert.Empty(service.Failures);

        // Slow is the one fault that lets a response through.
        Assert.All(responses, response => Assert.Contains((int)response.Status, new[] { 201, 503 }));
        Assert.Contains(responses, response => (int)response.Status == 503);
        Assert.All(responses.Where(response => (int)response.Status == 503), response => Assert.True(response.RetryAfter >= TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task AStartTriedAgainAfterA503_TakesOneSlot()
    {
        var connection = new FaultyConnection(new Random(Effort.Seed)) { OneIn = 2 };
        await using var service = ServiceUnderTest.Over(await PartitionInCosmos.OpenPatientAsync(connection), deadlineSeconds: 1);
        connection.History = new History(service.Clock);
        for (var user = 0; user < Effort.Times(40); user++)
        {
            ApiResponse response;
            do
            {
                response = await service.Client.StartAsync($"user {user}", "film", idempotencyKey: "play");
            }
            while ((int)response.Status == 503);

            Assert.Equal(201, (int)response.Status);
        }

        connection.History = null;
        for (var user = 0; user < Effort.Times(40); user++)
        {
            Assert.Equal(1, (await service.Client.ListAsync($"user {user}")).Number("active"));
        }
    }

    public static TheoryData<string> CallsWithAKey => [.. Repeated.Select(call => call.Name)];

    /// <summary>A caller that got a 503 does not know whether its call took effect, and makes it again.</summary>
    [Theory]
    [MemberData(nameof(CallsWithAKey))]
    public async Task ACallThatTookEffectBehindA503_IsReplayedToItsRetries_WhateverCameBetween(string call)
    {
        var sendAsync = Repeated.Single(one => one.Name == call).SendAsync;
        var connection = new FaultyConnection(new Random(Effort.Seed)) { OneIn = 1, Faults = [new(FaultKind.Reset, AfterCommit: true)] };
        await using var service = ServiceUnderTest.Over(await PartitionInCosmos.OpenPatientAsync(connection), deadlineSeconds: 1);
        await service.Client.SetLimitAsync("anna", 5);
        await service.Client.StartAsync("anna", "before");
        connection.History = new History(service.Clock);
        Assert.Equal(503, (int)(await sendAsync(service.Client)).Status);
        connection.History = null;

        await service.Client.SetLimitAsync("anna", 7);
        await service.Client.StartAsync("anna", "after");
        var first = await sendAsync(service.Client);
        var second = await sendAsync(service.Client);

        Assert.True(first.Message.IsSuccessStatusCode, first.Content);
        Assert.Equal("true", first.Message.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal((first.Status, first.Content), (second.Status, second.Content));
        Assert.Equal(7, (await service.Client.GetLimitAsync("anna")).Number("maxConcurrentStreams"));
        var active = (await service.Client.ListAsync("anna")).Body.GetProperty("streams").EnumerateArray().Select(stream => stream.GetProperty("streamId").GetString());
        Assert.Equal(call switch { "start" => ["after", "before", "key"], "stop of all" => ["after"], _ => ["after", "before"] }, active.Order());
    }

    private static readonly (string Name, Func<HttpClient, Task<ApiResponse>> SendAsync)[] Repeated =
    [
        ("start", client => client.StartAsync("anna", "key", idempotencyKey: "k")),
        ("limit", client => client.SetLimitAsync("anna", 2, "k")),
        ("limit by default", client => client.ResetLimitAsync("anna", "k")),
        ("stop of all", client => client.StopAllAsync("anna", "k")),
    ];

    private static StartCommand StartOf(string userId) =>
        new() { UserId = userId, Key = RecordKey.New().ToString(), StreamId = "film", LeaseMs = 60_000, Plan = Plan.OfLimit(3) };
}
