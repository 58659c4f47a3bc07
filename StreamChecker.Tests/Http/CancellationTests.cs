using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NSubstitute;
using StreamChecker.Http;
using StreamChecker.StoredProcedure;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Http;

/// <summary>Calls that are cancelled on their way: by a host that drains, or by callers who hang up. They are no fault of the service.</summary>
public sealed class CancellationTests
{
    private const string Body = """{"userId":"anna","streamId":"film"}""";

    private static readonly string Id = new StreamRecordId("anna", RecordKey.For("anna", "play"), 0).ToString();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Calls => ["start", "heartbeat", "stop", "list", "stop all", "get limit", "set limit", "reset limit", "ready"];

    /// <summary>The Functions host fires the trigger's token; the request's own need not fire.</summary>
    [Theory]
    [MemberData(nameof(Calls))]
    public async Task ACallThatTheHostCancels_IsA503ThatSaysWhenToComeBack(string call)
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = Logging(new StreamServer().With(Stores.Stalled(cancellation.Cancel)));

        var (response, body) = await MakeAsync(server, call, Body, cancellation.Token);

        Assert.Equal((503, "application/problem+json"), (response.StatusCode, response.ContentType));
        Assert.Equal("1", response.Headers.RetryAfter.ToString());
        var reads = call is "list" or "get limit" or "ready";
        Assert.Equal(reads ? "/problems/store-unavailable" : "/problems/outcome-unknown", body.GetProperty("type").GetString());
        Assert.Equal([LogLevel.Warning], Logged(server).Select(record => record.Level));
    }

    /// <summary>It may have taken effect: it must not say that nothing was lost.</summary>
    [Theory]
    [InlineData("start", "Retry it with the same Idempotency-Key, or list the user's streams first.")]
    [InlineData("set limit", "Retry it with the same Idempotency-Key, or list the user's streams first.")]
    [InlineData("heartbeat", "Retry it.")]
    public async Task ACallThatTheHostCancels_SaysThatItsOutcomeIsNotKnown(string call, string advice)
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new StreamServer().With(Stores.Stalled(cancellation.Cancel));

        var (_, body) = await MakeAsync(server, call, Body, cancellation.Token);

        Assert.Equal($"The request may have taken effect. {advice}", body.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("start")]
    [InlineData("set limit")]
    public async Task ACancellationWhileTheBodyIsRead_IsA503Too(string call)
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = Logging(new StreamServer());

        var (response, _) = await MakeAsync(server, call, new NeverEndingBody(cancellation.Cancel), cancellation.Token);

        Assert.Equal(503, response.StatusCode);
        Assert.Equal([LogLevel.Warning], Logged(server).Select(record => record.Level));
    }

    [Fact]
    public async Task ABodyThatBreaksOff_IsNoFaultOfTheService()
    {
        await using var server = Logging(new StreamServer());

        var (response, body) = await MakeAsync(
            server, "start", new NeverEndingBody(() => throw new IOException("The client reset the connection.")), CancellationToken.None);

        Assert.Equal((400, "The body is truncated."), (response.StatusCode, body.GetProperty("detail").GetString()));
        Assert.Empty(Logged(server));
    }

    [Theory]
    [InlineData("start")]
    [InlineData("list")]
    public async Task AResponseToACallerWhoHasGone_IsNoException(string call)
    {
        using var gone = new CancellationTokenSource();
        await using var server = Logging(new StreamServer().With(Stores.Stalled(gone.Cancel)));

        var (response, _) = await MakeAsync(server, call, Body, gone.Token, gone.Token);

        Assert.Equal(503, response.StatusCode);
        Assert.Equal([LogLevel.Warning], Logged(server).Select(record => record.Level));
    }

    /// <summary>A cancellation hides nothing that is broken.</summary>
    [Fact]
    public async Task AFaultDuringACancellation_StaysAFault()
    {
        using var cancellation = new CancellationTokenSource();
        var broken = Substitute.For<IStreamPartitions>();
        broken.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>()).Returns<PartitionResult>(_ =>
        {
            cancellation.Cancel();
            throw new StoredProcedureException("It is broken.");
        });
        await using var server = Logging(new StreamServer().With(broken));

        var (response, _) = await MakeAsync(server, "start", Body, cancellation.Token);

        Assert.Equal(500, response.StatusCode);
        Assert.Equal([LogLevel.Error], Logged(server).Select(record => record.Level));
    }

    [Fact]
    public async Task CallersWhoHangUpWhileTheyWait_LeaveNoErrorBehind()
    {
        using var called = new SemaphoreSlim(0);
        await using var server = Logging(new StreamServer().With(Stores.Stalled(() => called.Release())));
        var address = server.Listen();
        string[] requests = [Post(Body), $"POST /stream-record/{Id}/heartbeat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", Get("/stream-record?userId=anna")];

        for (var i = 0; i < 60; i++)
        {
            using var connection = await RawConnection.OpenAsync(address);
            await connection.SendAsync(requests[i % requests.Length]);
            Assert.True(await called.WaitAsync(Patience));
        }

        var records = await LoggedAsync(server, 60);
        Assert.All(records, record => Assert.Equal(LogLevel.Warning, record.Level));
        Assert.Equal(60, records.Count);
    }

    [Fact]
    public async Task CallersWhoHangUpAtAnyMoment_LeaveNoErrorBehind()
    {
        await using var server = Logging(new StreamServer());
        var address = server.Listen();
        var request = Post(Body.Replace("anna", "hasty", StringComparison.Ordinal));

        for (var i = 0; i < 200; i++)
        {
            using var connection = await RawConnection.OpenAsync(address);
            await connection.SendAsync(request[..(request.Length - (i % 4 == 0 ? i / 8 : 0))]);
            if (i % 3 == 0)
            {
                await Task.Yield();
            }
        }

        using var client = new HttpClient { BaseAddress = address };
        Assert.Equal(HttpStatusCode.Created, (await client.StartAsync("patient")).Status);
        Assert.DoesNotContain(Logged(server), record => record.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task AServerThatStops_FinishesTheCallsAtWork()
    {
        var (called, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = Substitute.For<IStreamPartitions>();
        slow.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>()).Returns(async _ =>
        {
            called.SetResult();
            await goOn.Task;
            return (PartitionResult)new PartitionResult.Committed(new StreamReply.Listed(null, []));
        });
        await using var server = Logging(new StreamServer().With(slow));
        var (address, log) = (server.Listen(), server.Services.GetFakeLogCollector());
        using var client = new HttpClient { BaseAddress = address };

        var list = client.ListAsync("anna");
        await called.Task.WaitAsync(Patience);
        var stop = server.Services.GetRequiredService<IHost>().StopAsync();
        goOn.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await list.WaitAsync(Patience)).Status);
        await stop.WaitAsync(Patience);
        Assert.Empty(WarningsOf(log));
    }

    [Fact]
    public async Task AServerThatMayNotWait_CutsTheCallsOffWithoutAnError()
    {
        using var called = new SemaphoreSlim(0);
        await using var server = Logging(new StreamServer().With(Stores.Stalled(() => called.Release())));
        var (address, log) = (server.Listen(), server.Services.GetFakeLogCollector());
        using var connection = await RawConnection.OpenAsync(address);
        await connection.SendAsync(Post(Body));
        Assert.True(await called.WaitAsync(Patience));

        await server.Services.GetRequiredService<IHost>().StopAsync(new CancellationToken(canceled: true)).WaitAsync(Patience);

        Assert.DoesNotContain("HTTP/1.1 500", await connection.ReadAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(WarningsOf(log), record => record.Level >= LogLevel.Error);
    }

    private static StreamServer Logging(StreamServer server) => server
        .Set("Logging:LogLevel:Default", "Information")
        .With(services => services.AddLogging(logging => logging.AddFakeLogging()));

    private static IReadOnlyList<FakeLogRecord> Logged(StreamServer server) => WarningsOf(server.Services.GetFakeLogCollector());

    private static async Task<IReadOnlyList<FakeLogRecord>> LoggedAsync(StreamServer server, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (Logged(server).Count < count)
        {
            await Task.Delay(10, patience.Token);
        }

        return Logged(server);
    }

    /// <summary>What needs an operator's eye.</summary>
    private static IReadOnlyList<FakeLogRecord> WarningsOf(FakeLogCollector log) => [.. log.GetSnapshot().Where(record => record.Level >= LogLevel.Warning)];

    private static Task<(HttpResponse Response, JsonElement Body)> MakeAsync(
        StreamServer server, string call, string body, CancellationToken cancellationToken, CancellationToken requestAborted = default) =>
        MakeAsync(
            server, call, new MemoryStream(Encoding.UTF8.GetBytes(call == "set limit" ? """{"maxConcurrentStreams":5}""" : body)),
            cancellationToken, requestAborted);

    private static async Task<(HttpResponse Response, JsonElement Body)> MakeAsync(
        StreamServer server, string call, Stream body, CancellationToken cancellationToken, CancellationToken requestAborted = default)
    {
        var api = server.Services.GetRequiredService<StreamApi>();
        var context = new DefaultHttpContext { RequestServices = server.Services, RequestAborted = requestAborted };
        context.Request.ContentType = "application/json";
        context.Request.Body = body;
        context.Request.QueryString = new("?userId=anna");
        using var written = new MemoryStream();
        context.Response.Body = written;
        var result = await (call switch
        {
            "start" => api.StartAsync(context.Request, cancellationToken),
            "heartbeat" => api.HeartbeatAsync(context.Request, Id, cancellationToken),
            "stop" => api.StopAsync(context.Request, Id, cancellationToken),
            "list" => api.ListAsync(context.Request, cancellationToken),
            "stop all" => api.StopAllAsync(context.Request, cancellationToken),
            "get limit" => api.GetLimitAsync(context.Request, cancellationToken),
            "set limit" => api.SetLimitAsync(context.Request, cancellationToken),
            "reset limit" => api.ResetLimitAsync(context.Request, cancellationToken),
            _ => api.ReadyAsync(context.Request, cancellationToken),
        }).WaitAsync(Patience, CancellationToken.None);

        await result.ExecuteAsync(context);
        return (context.Response, JsonDocument.Parse(written.ToArray()).RootElement);
    }

    private static string Post(string body) =>
        $"POST /stream-record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static string Get(string path) => $"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n";

    /// <summary>A body of which nothing comes.</summary>
    private sealed class NeverEndingBody(Action read) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            read();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
