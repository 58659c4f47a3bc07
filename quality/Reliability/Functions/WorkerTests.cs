using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using StreamChecker.Reliability.Functions.Host;
using StreamChecker.Tests.Hosting;
using StreamChecker.Tests.Http;

namespace StreamChecker.Reliability.Functions;

/// <summary>The service as the built Functions app serves it, through the host, the worker and the gateway.</summary>
[Collection(BuiltAppTests.Name)]
public sealed class WorkerTests(BuiltApp app)
{
    private readonly HttpClient client = app.Host.CreateClient(new ContractCheck());

    [Fact]
    public async Task Start_ThroughTheWorker_IsInTheAccount()
    {
        var user = BuiltApp.NewUser();

        var started = await client.StartAsync(user, "film", "TV");

        Assert.Equal((HttpStatusCode.Created, 1), (started.Status, started.Number("active")));
        using var server = app.CreateServerClient();
        Assert.Equal(["TV"], (await server.ListAsync(user)).Devices);
    }

    /// <summary>Time really passes, and the log has all that an operator can ask for.</summary>
    [Fact]
    public async Task TheHouseholdsEvening_GoesAsItShould_AndNoLogNamesAUser()
    {
        await using var host = await app.StartAsync(
            ("StreamChecker__LeaseSeconds", "9"),
            ("StreamChecker__PlayerKeys", PrivacyTests.PlayerKey),
            ("StreamChecker__HeartbeatIntervalSeconds", "3"),
            ("StreamChecker__DeadlineSeconds", "30"),
            ("Logging__LogLevel__Default", "Information"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Information"),
            ("Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics", "Information"));
        var ids = new RecordIds();

        await new HouseholdEvening(host.CreateClient(new ContractCheck(), ids), PrivacyTests.Household, Task.Delay).PlayAsync();

        await host.GetWorkerStatusAsync();
        Assert.Contains(host.Logs, log => log.Category == "Microsoft.AspNetCore.Routing.EndpointMiddleware");
        PrivacyTests.AssertSilent([.. host.Logs.SelectMany(log => new[] { log.Message, log.Properties, log.Exception?.ToString() ?? "" }), host.Output], ids.Seen);
    }

    /// <summary>A host that keeps the whole response back would send the first result when it sends the last.</summary>
    [Fact]
    public async Task TheResultsOfManyLimits_PassTheHostWhileTheNextLimitsAreSet()
    {
        var user = BuiltApp.NewUser();
        var lines = Enumerable.Range(0, 5_000).Select(number => JsonSerializer.Serialize(new { userId = $"{user} {number}", maxConcurrentStreams = 1 }) + "\n");
        using var streaming = app.Host.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/stream-limit/batch")
        {
            Content = new StringContent(string.Concat(lines), new MediaTypeHeaderValue("application/x-ndjson")),
        };
        var clock = Stopwatch.StartNew();

        using var response = await streaming.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var results = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.StartsWith("""{"line":1,"status":200,""", await results.ReadLineAsync(), StringComparison.Ordinal);
        var first = clock.Elapsed;
        var rest = (await results.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(4_999, rest.Length);
        Assert.All(rest, result => Assert.Contains("\"status\":200,", result, StringComparison.Ordinal));
        Assert.InRange(first, TimeSpan.Zero, clock.Elapsed / 2);
    }

    [Fact]
    public async Task SimultaneousStarts_AdmitExactlyTheLimit()
    {
        for (var round = 0; round < 5; round++)
        {
            var user = BuiltApp.NewUser();

            var responses = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => client.StartAsync(user)));

            Assert.Equal(3, responses.Count(response => response.Status == HttpStatusCode.Created));
            Assert.Equal(61, responses.Count(response => response.Status == HttpStatusCode.Forbidden));
            Assert.Equal(3, (await client.ListAsync(user)).Number("active"));
        }
    }

    [Theory]
    [MemberData(nameof(StartApiTests.InvalidBodies), MemberType = typeof(StartApiTests))]
    public async Task ABodyThatIsWrong_IsA400ThatNamesTheField(string body, string? field, string reason)
    {
        var response = await client.PostJsonAsync("/stream-record", body);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json", "invalid-request"), (response.Status, response.ContentType, response.ProblemType));
        Assert.Equal(field, response.Body.TryGetProperty("field", out var named) ? named.GetString() : null);
        Assert.Contains(reason, response.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", 28, HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, 28, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", 16 * 1024, HttpStatusCode.Created)]
    [InlineData("application/json", (16 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("application/json", 10_000_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task ABody_IsJsonOf16KiBAtMost(string? contentType, int bytes, HttpStatusCode expected)
    {
        var body = Encoding.UTF8.GetBytes("""{"userId":"u","streamId":"s"}""".PadRight(bytes));

        var response = await client.PostAsync("/stream-record", body, contentType);

        Assert.Equal(expected, response.Status);
        await client.StopAllAsync("u");
    }

    [Fact]
    public async Task AnAppWithoutItsDatabase_IsNotReady_AndLogsTheTraceIdThatItReturns()
    {
        await using var host = await app.StartAsync(
            ("StreamChecker__Cosmos__DatabaseName", "nowhere"), ("StreamChecker__Cosmos__Provision", "false"), ("StreamChecker__DeadlineSeconds", "30"));
        using var lost = host.CreateClient(new ContractCheck());

        Assert.Equal(HttpStatusCode.OK, (await lost.SendAsync(HttpMethod.Get, "/health/live")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await lost.SendAsync(HttpMethod.Get, "/health/ready")).Status);
        var failed = await lost.StartAsync(BuiltApp.NewUser());

        Assert.Equal((HttpStatusCode.InternalServerError, "internal-error"), (failed.Status, failed.ProblemType));
        await host.GetWorkerStatusAsync();
        Assert.Contains(host.Logs, log => log.Level == Host.Protocol.RpcLog.Types.Level.Error && log.Message.Contains(failed.Text("traceId"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task AStoreThatDoesNotRespondInTime_IsA503ThatSaysWhenToComeBack()
    {
        await using var host = await app.StartAsync(("StreamChecker__DeadlineSeconds", "1"));
        using var hasty = host.CreateClient(new ContractCheck());
        app.Store.Close();
        try
        {
            var response = await hasty.StartAsync(BuiltApp.NewUser());

            Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome-unknown"), (response.Status, response.ProblemType));
            Assert.NotNull(response.RetryAfter);
        }
        finally
        {
            app.Store.Open();
        }
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/openapi.json")]
    [InlineData("/docs")]
    [InlineData("/docs/swagger-ui.css")]
    [InlineData("/problems/stream-limit-reached")]
    public async Task AnonymousTriggers_NeedNoKey(string path)
    {
        using var stranger = app.Host.CreateStranger(new ContractCheck());

        using var response = await stranger.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [MemberData(nameof(HeadTests.Paths), MemberType = typeof(HeadTests))]
    public Task Head_IsGetWithoutTheBody(string path) => HeadTests.AssertHeadIsGetAsync(client, path);

    [Theory]
    [InlineData("GET", "/stream-records", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/stream-record", HttpStatusCode.NotFound)]
    [InlineData("PATCH", "/stream-record", HttpStatusCode.NotFound)]
    [InlineData("HEAD", "/stream-record/some-id/heartbeat", HttpStatusCode.NotFound)]
    [InlineData("GET", "/stream-record?userId=anna", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/stream-record?userId=anna&code=wrong", HttpStatusCode.Unauthorized)]
    public async Task WhatTheHostRejectsItself_HasNoBody(string method, string path, HttpStatusCode expected)
    {
        using var stranger = app.Host.CreateStranger();

        var response = await stranger.SendAsync(new HttpMethod(method), path);

        Assert.Equal((expected, ""), (response.Status, response.Content));
    }

    [Fact]
    public async Task AKeyInTheQuery_IsAsGoodAsOneInTheHeader()
    {
        using var stranger = app.Host.CreateStranger(new ContractCheck());

        Assert.Equal(HttpStatusCode.OK, (await stranger.SendAsync(HttpMethod.Get, $"/stream-record?userId=anna&code={FunctionsHost.Key}")).Status);
    }
}
