using System.Net;
using InProcessCosmos.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Http;

/// <summary><c>GET /health/ready</c> is open to everyone: it may cost the store a probe a second, and no more.</summary>
public sealed class ReadinessTests : IAsyncLifetime
{
    private const string Full = "The data folder takes no writes: No space left on device.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly StoreReadiness Ready = new StoreReadiness.Ready();

    private readonly IStreamPartitions store = Substitute.For<IStreamPartitions>();
    private readonly StreamServer server;

    public ReadinessTests() => server = new StreamServer().With(store)
        .Set("Logging:LogLevel:Default", "Information")
        .With(services => services.AddLogging(logging => logging.AddFakeLogging()));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task ManyCallersAtOnce_ShareOneProbe()
    {
        var (called, result) = (Signal(), new TaskCompletionSource<StoreReadiness>(TaskCreationOptions.RunContinuationsAsynchronously));
        store.ProbeAsync(Arg.Any<CancellationToken>()).Returns(_ =>
        {
            called.TrySetResult();
            return result.Task;
        });
        using var client = server.CreateClient();

        var calls = Enumerable.Range(0, 200).Select(_ => AskAsync(client)).ToList();
        await called.Task.WaitAsync(Patience);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.SendAsync(HttpMethod.Get, "/health/live")));
        Assert.DoesNotContain(calls, call => call.IsCompleted);
        result.SetResult(Ready);

        Assert.All(await Task.WhenAll(calls).WaitAsync(Patience), response => Assert.Equal(HttpStatusCode.OK, response.Status));
        Assert.Equal(1, Probes);
    }

    [Fact]
    public async Task TheResultOfAProbe_IsGoodForOneSecond()
    {
        Probing(Ready, new StoreReadiness.NotReady(Full), Ready);
        using var client = server.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
        server.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
        Assert.Equal(1, Probes);

        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(client)).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(client)).Status);
        Assert.Equal(2, Probes);

        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
        Assert.Equal(3, Probes);
    }

    [Fact]
    public async Task AStoreThatDoesNotWork_IsA503WithTheReason()
    {
        Probing(new StoreReadiness.NotReady(Full));

        var response = await AskAsync(server.CreateClient());

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "store-unavailable", Full), (response.Status, response.ProblemType, response.Text("detail")));
        Assert.NotNull(response.RetryAfter);
    }

    [Fact]
    public async Task AProbeThatDoesNotEnd_IsA503AtTheDeadline_AndReadyAfterTheNextOne()
    {
        var (called, hangs) = (Signal(), true);
        store.ProbeAsync(Arg.Any<CancellationToken>()).Returns(async call =>
        {
            if (hangs)
            {
                called.TrySetResult();
                await Task.Delay(Timeout.Infinite, call.Arg<CancellationToken>());
            }

            return Ready;
        });
        using var client = server.CreateClient();

        var asking = AskAsync(client);
        await called.Task.WaitAsync(Patience);
        server.Time.Advance(TimeSpan.FromSeconds(5));
        var response = await asking.WaitAsync(Patience);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The store did not respond within 5 s."), (response.Status, response.Text("detail")));

        hangs = false;
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
    }

    [Fact]
    public async Task ACallerWhoHangsUp_LeavesTheProbeToTheOthers()
    {
        var (called, result) = (Signal(), new TaskCompletionSource<StoreReadiness>(TaskCreationOptions.RunContinuationsAsynchronously));
        store.ProbeAsync(Arg.Any<CancellationToken>()).Returns(call =>
        {
            called.TrySetResult();
            return result.Task.WaitAsync(call.Arg<CancellationToken>());
        });
        using var client = server.CreateClient();
        using var hangUp = new CancellationTokenSource();

        var hasty = client.GetAsync(new Uri("/health/ready", UriKind.Relative), hangUp.Token);
        await called.Task.WaitAsync(Patience);
        var patient = AskAsync(client);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hasty);
        result.SetResult(Ready);

        Assert.Equal(HttpStatusCode.OK, (await patient.WaitAsync(Patience)).Status);
        Assert.Equal(1, Probes);
    }

    [Fact]
    public async Task AStoreThatDoesNotRunTheProcedure_IsA503WithoutInternals_AndOneError()
    {
        store.ProbeAsync(Arg.Any<CancellationToken>()).ThrowsAsync(new StoredProcedureException("secret detail"));
        using var client = server.CreateClient();

        var response = await AskAsync(client);
        await AskAsync(client);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.Status);
        Assert.DoesNotContain("secret", response.Content, StringComparison.Ordinal);
        var error = Assert.Single(Logged);
        Assert.Equal((LogLevel.Error, "secret detail"), (error.Level, error.Exception?.Message));
    }

    [Fact]
    public async Task ACallThatTheStoreCannotWrite_IsA503ThatSaysWhyAndThatItHadNoEffect()
    {
        Unwritable(Full);

        var response = await server.CreateClient().StartAsync("anna");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "store-unavailable"), (response.Status, response.ProblemType));
        Assert.Equal($"{Full} The request had no effect. Retry it.", response.Text("detail"));
        Assert.Equal(TimeSpan.FromSeconds(1), response.RetryAfter);
        await store.Received(1).ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task WhatKeepsTheStoreFromWorking_IsLoggedOnceAMinuteWhileItLasts()
    {
        Unwritable(Full);
        Probing(new StoreReadiness.NotReady(Full));
        using var client = server.CreateClient();

        await ManyCallsAsync();
        Assert.Equal([$"The store does not work: {Full}"], Logged.Select(record => record.Message));

        server.Time.Advance(TimeSpan.FromSeconds(59));
        await ManyCallsAsync();
        Assert.Single(Logged);

        server.Time.Advance(TimeSpan.FromSeconds(1));
        await ManyCallsAsync();
        Assert.Equal(2, Logged.Count);

        Unwritable("The data folder takes no writes: it was removed.");
        await ManyCallsAsync();
        Assert.Equal("The store does not work: The data folder takes no writes: it was removed.", Logged[2].Message);
        Assert.Equal(3, Logged.Count);

        async Task ManyCallsAsync()
        {
            for (var call = 0; call < 20; call++)
            {
                await client.StartAsync("anna");
                await AskAsync(client);
            }
        }
    }

    [Fact]
    public async Task AnIdleEmbeddedStore_SyncsOneSmallWriteASecond()
    {
        await using var embedded = new StreamServer().CountingSyncs();
        using var client = embedded.CreateClient();
        var engine = embedded.Services.GetRequiredService<DocumentEngine>();
        for (var second = 0; second < 3; second++)
        {
            var before = engine.Syncs;
            for (var call = 0; call < 20; call++)
            {
                Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
            }

            Assert.Equal(before + 1, engine.Syncs);
            embedded.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task AnEmbeddedStoreThatHasJustWritten_SyncsNothingForAProbe()
    {
        await using var embedded = new StreamServer().CountingSyncs();
        using var client = embedded.CreateClient();
        var engine = embedded.Services.GetRequiredService<DocumentEngine>();
        for (var second = 0; second < 3; second++)
        {
            await client.StartAsync($"user {second}");
            var before = engine.Syncs;

            Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);

            Assert.Equal(before, engine.Syncs);
            embedded.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private int Probes => store.ReceivedCalls().Count(call => call.GetMethodInfo().Name == nameof(IStreamPartitions.ProbeAsync));

    private IReadOnlyList<FakeLogRecord> Logged =>
        [.. server.Services.GetFakeLogCollector().GetSnapshot().Where(record => record.Level >= LogLevel.Warning)];

    private static Task<ApiResponse> AskAsync(HttpClient client) => client.SendAsync(HttpMethod.Get, "/health/ready");

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Probing(StoreReadiness first, params StoreReadiness[] then) => store.ProbeAsync(Arg.Any<CancellationToken>()).Returns(first, then);

    private void Unwritable(string reason) => store.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>())
        .Returns(new PartitionResult.Unwritable(reason, TimeSpan.FromSeconds(1)));
}
