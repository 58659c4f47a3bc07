using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using StreamChecker.Reliability.Functions.Host.Protocol;

namespace StreamChecker.Reliability.Functions;

/// <summary>Callers who hang up, a host that drains, and a worker that is killed.</summary>
[Collection(BuiltAppTests.Name)]
public sealed class WorkerLifeTests(BuiltApp app)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient client = app.Host.CreateClient();
    private readonly int logged = app.Host.Logs.Count;

    [Theory]
    [InlineData("POST", "/stream-record")]
    [InlineData("GET", "/stream-record?userId=hasty")]
    [InlineData("DELETE", "/stream-record?userId=hasty")]
    [InlineData("PUT", "/stream-limit?userId=hasty")]
    [InlineData("GET", "/health/ready")]
    public async Task ACallerWhoHangsUpWhileTheStoreIsSlow_LeavesTheWorkerServing_AndNoError(string method, string path)
    {
        app.Store.Close();
        try
        {
            using var hangUp = new CancellationTokenSource();
            var held = app.Store.WaitForCallAsync();
            using var request = Request(method, path);
            var call = client.SendAsync(request, hangUp.Token);
            while (await Task.WhenAny(call, held) == call)
            {
                // The result of an earlier probe is good for a second: then the store is not called.
                Assert.Equal("/health/ready", path);
                call = client.GetAsync(new Uri(path, UriKind.Relative), hangUp.Token);
            }

            await held;
            Assert.Single(app.Host.Running);

            await hangUp.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            await NothingRunsAsync();
        }
        finally
        {
            app.Store.Open();
        }

        await AssertServesAsync();
    }

    [Fact]
    public async Task CallersWhoHangUpAtAnyMoment_LeaveTheWorkerServing_AndNoError()
    {
        var random = new Random(12);
        for (var n = 0; n < 60; n++)
        {
            using var hangUp = new CancellationTokenSource();
            using var request = Request("POST", "/stream-record");
            var call = client.SendAsync(request, hangUp.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(12)));
            await hangUp.CancelAsync();
            try
            {
                (await call).Dispose();
            }
            catch (OperationCanceledException)
            {
                // As it should be, where it was in time.
            }
        }

        await NothingRunsAsync();
        await AssertServesAsync();
        Assert.InRange((await client.ListAsync("hasty")).Number("active"), 0, 3);
    }

    [Fact]
    public async Task AnInvocationThatTheHostCancels_IsA503ThatSaysWhenToComeBack()
    {
        app.Store.Close();
        try
        {
            var call = client.StartAsync(BuiltApp.NewUser());
            await app.Store.WaitForCallAsync();

            app.Host.CancelAll();

            var response = await call.WaitAsync(Patience);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome-unknown"), (response.Status, response.ProblemType));
            Assert.NotNull(response.RetryAfter);
        }
        finally
        {
            app.Store.Open();
        }

        await AssertServesAsync();
        Assert.Contains(app.Host.Logs.Skip(logged), log => log.Level == RpcLog.Types.Level.Warning);
    }

    [Fact]
    public async Task AHostThatDrains_GetsEveryCallsResponse_AndAWorkerThatEndsByItself()
    {
        var user = BuiltApp.NewUser();
        var acknowledged = (await client.StartAsync(user)).Id;
        app.Store.Close();
        try
        {
            var calls = Enumerable.Range(0, 8).Select(n => client.StartAsync(BuiltApp.NewUser())).ToList();
            await UntilAsync(() => app.Host.Running.Count == calls.Count);

            app.Host.CancelAll();

            Assert.DoesNotContain(await Task.WhenAll(calls).WaitAsync(Patience), response => response.Status == HttpStatusCode.Created);
            await NothingRunsAsync();
            Assert.Equal(0, await app.Host.TerminateWorkerAsync());
        }
        finally
        {
            app.Store.Open();
            await app.Host.StartWorkerAsync();
        }

        Assert.Equal(HttpStatusCode.OK, (await client.HeartbeatAsync(acknowledged)).Status);
    }

    [Fact]
    public async Task AWorkerThatIsKilled_LosesNothingThatWasAcknowledged()
    {
        var acknowledged = new ConcurrentDictionary<string, string>();
        var interrupted = new ConcurrentBag<string>();
        var load = Enumerable.Range(0, 8).Select(_ => StartUntilItFailsAsync()).ToList();
        await UntilAsync(() => acknowledged.Count >= 40);

        await app.Host.KillWorkerAsync();

        await Task.WhenAll(load).WaitAsync(Patience);
        await app.Host.StartWorkerAsync();
        foreach (var (user, id) in acknowledged)
        {
            var list = await client.ListAsync(user);
            Assert.Equal(id, Assert.Single(list.Body.GetProperty("streams").EnumerateArray()).GetProperty("id").GetString());
        }

        // What was under way is finished by a retry, once.
        Assert.Equal(load.Count, interrupted.Count);
        foreach (var user in interrupted)
        {
            var retried = await client.StartAsync(user, idempotencyKey: "play");
            Assert.Equal((HttpStatusCode.Created, 1), (retried.Status, retried.Number("active")));
        }

        async Task StartUntilItFailsAsync()
        {
            while (true)
            {
                var user = BuiltApp.NewUser();
                var response = await client.StartAsync(user, idempotencyKey: "play");
                if (response.Status != HttpStatusCode.Created)
                {
                    interrupted.Add(user);
                    return;
                }

                acknowledged[user] = response.Id;
            }
        }
    }

    private static HttpRequestMessage Request(string method, string path) => new(new HttpMethod(method), path)
    {
        Content = method switch
        {
            "POST" => JsonContent.Create(new { userId = "hasty", streamId = "film" }),
            "PUT" => JsonContent.Create(new { maxConcurrentStreams = 3 }),
            _ => null,
        },
    };

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        }
    }

    private Task NothingRunsAsync() => UntilAsync(() => app.Host.Running.Count == 0);

    private async Task AssertServesAsync()
    {
        Assert.Equal(HttpStatusCode.Created, (await client.StartAsync(BuiltApp.NewUser())).Status);
        await app.Host.GetWorkerStatusAsync();
        Assert.DoesNotContain(app.Host.Logs.Skip(logged), log => log.Level >= RpcLog.Types.Level.Error && !IsBeforeTheTrigger(log));
    }

    /// <summary>
    /// The worker's own packages log an error where the caller hangs up before invocation and request have found each other there: the
    /// invocation is cancelled, or waits 15 seconds where the cancellation came first.
    /// </summary>
    private static bool IsBeforeTheTrigger(RpcLog log) =>
        log.Exception?.StackTrace.Contains("DefaultHttpCoordinator.SetFunctionContextAsync", StringComparison.Ordinal) == true;
}
