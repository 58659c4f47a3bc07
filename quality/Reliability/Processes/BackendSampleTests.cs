using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Processes;

/// <summary>The samples of a backend, in C# and in Bash, run against a Server: both do the same.</summary>
public sealed class BackendSampleTests : IAsyncLifetime
{
    private readonly StreamServer server = new StreamServer().With("HeartbeatIntervalSeconds", 1);

    public static TheoryData<string> Samples => ["backend.cs", "backend.sh"];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [ShellTheory("bash")]
    [MemberData(nameof(Samples))]
    public async Task AViewerWhoStops_HasSentHeartbeatsAndFreesThePlace(string sample)
    {
        using var client = Listen();
        await using var backend = new BackendSample(sample, client.BaseAddress!);
        await backend.ReadToAsync("Playing /stream-record/");
        var leaseOfStart = (await client.ListAsync("anna")).Body.GetProperty("streams")[0].GetProperty("expiresAt").GetDateTimeOffset();
        server.Time.Advance(TimeSpan.FromSeconds(60));
        for (var look = 0; (await client.ListAsync("anna")).Body.GetProperty("streams")[0].GetProperty("expiresAt").GetDateTimeOffset() == leaseOfStart; look++)
        {
            Assert.True(look < 300, "No heartbeat came.");
            await Task.Delay(100);
        }

        backend.PressEnter();

        Assert.Equal("Stopped", await backend.ReadLineAsync());
        Assert.Equal(0, await backend.EndAsync());
        Assert.Equal(0, (await client.ListAsync("anna")).Number("active"));
    }

    [ShellTheory("bash")]
    [MemberData(nameof(Samples))]
    public async Task AStreamThatIsOver_EndsThePlayWithTheReason(string sample)
    {
        using var client = Listen();
        await using var backend = new BackendSample(sample, client.BaseAddress!);
        await backend.ReadToAsync("Playing /stream-record/");

        await client.StopAllAsync("anna");

        Assert.Equal("The stream is over: stopped", await backend.ReadLineAsync());
        Assert.Equal(2, await backend.EndAsync());
    }

    [ShellTheory("bash")]
    [MemberData(nameof(Samples))]
    public async Task AtTheLimit_TheViewerSeesWhatIsActive(string sample)
    {
        server.With("MaxConcurrentStreams", 1);
        using var client = Listen();
        await client.StartAsync("anna", deviceName: "Phone");
        await using var backend = new BackendSample(sample, client.BaseAddress!);

        Assert.Equal("1 of 1 streams are active: Phone", await backend.ReadLineAsync());
        Assert.Equal(1, await backend.EndAsync());
    }

    [ShellTheory("bash")]
    [MemberData(nameof(Samples))]
    public async Task AStartThatFindsTheStoreBusy_IsRepeatedAfterTheWait(string sample)
    {
        var tries = 0;
        server.With("DeadlineSeconds", 1).Before(store =>
        {
            var busyOnce = Substitute.For<IStreamPartitions>();
            busyOnce.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>()).Returns(call => Interlocked.Increment(ref tries) == 1
                ? Task.FromResult<PartitionResult>(new PartitionResult.Throttled(TimeSpan.FromSeconds(2)))
                : store.ExecuteAsync(call.Arg<StreamCommand>(), call.Arg<CancellationToken>()));
            return busyOnce;
        });

        await StartsOnceAsync(sample);

        Assert.True(tries > 1, "The store was busy for no call.");
    }

    [ShellTheory("bash")]
    [MemberData(nameof(Samples))]
    public async Task AStartWhoseResponseIsLost_IsRepeatedAndTakesEffectOnce(string sample)
    {
        var lost = new FirstResponseLost();
        server.With(services => services.AddSingleton<IStartupFilter>(lost));

        await StartsOnceAsync(sample);

        Assert.True(lost.Responses > 1, "No call was repeated.");
    }

    private async Task StartsOnceAsync(string sample)
    {
        using var client = Listen();
        await using var backend = new BackendSample(sample, client.BaseAddress!);

        var path = (await backend.ReadToAsync("Playing "))["Playing ".Length..];

        var active = (await client.ListAsync("anna")).Body.GetProperty("streams").EnumerateArray().Select(stream => $"/stream-record/{stream.GetProperty("id").GetString()}");
        Assert.Equal([path], active);
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Post, $"{path}/heartbeat")).Status);
    }

    private HttpClient Listen() => new() { BaseAddress = server.Listen() };

    /// <summary>The service does its work, and the connection breaks before the first response is sent.</summary>
    private sealed class FirstResponseLost : IStartupFilter
    {
        private int responses;

        public int Responses => Volatile.Read(ref responses);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
        {
            application.Use(async (context, rest) =>
            {
                if (Interlocked.Increment(ref responses) > 1)
                {
                    await rest(context);
                    return;
                }

                context.Response.Body = new MemoryStream();
                await rest(context);
                context.Abort();
            });
            next(application);
        };
    }
}
