using System.Net;
using System.Text;
using System.Text.Json;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Http;

/// <summary>The calls of a stream's life after its start, over HTTP.</summary>
public sealed class LifeApiTests : IAsyncLifetime
{
    private readonly StreamServer server = new();
    private readonly HttpClient client;

    public LifeApiTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task AHeartbeat_ReturnsTheNewExpiry()
    {
        var id = (await client.StartAsync("anna", "film", "TV")).Id;
        server.Time.Advance(TimeSpan.FromSeconds(30));

        var response = await client.HeartbeatAsync(id);

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal(
            (id, "anna", "film", "TV", "2026-01-31T20:15:00.000Z", "2026-01-31T20:17:00.000Z", 30),
            (response.Id, response.Text("userId"), response.Text("streamId"), response.Text("deviceName"), response.Text("startedAt"), response.Text("expiresAt"),
                response.Number("heartbeatIntervalSeconds")));
    }

    [Fact]
    public async Task AHeartbeatOfAStreamThatIsOver_IsA410WithTheReason()
    {
        var tv = (await client.StartAsync("anna", "film", "TV")).Id;
        var phone = await client.StartAsync("anna", "match", "Phone", replace: [tv]);
        var stopped = (await client.StartAsync("anna")).Id;
        await client.StopAsync(stopped);
        var lapsed = (await client.StartAsync("bert")).Id;
        server.Time.Advance(TimeSpan.FromSeconds(90));

        var replacedResponse = await client.HeartbeatAsync(tv);

        Assert.Equal((HttpStatusCode.Gone, "stream-ended", "replaced"), (replacedResponse.Status, replacedResponse.ProblemType, replacedResponse.Text("reason")));
        var by = replacedResponse.Body.GetProperty("replacedBy");
        Assert.Equal((phone.Id, "match", "Phone"), (by.GetProperty("id").GetString(), by.GetProperty("streamId").GetString(), by.GetProperty("deviceName").GetString()));
        Assert.Equal("stopped", (await client.HeartbeatAsync(stopped)).Text("reason"));
        Assert.Equal("expired", (await client.HeartbeatAsync(lapsed)).Text("reason"));
        Assert.Equal("unknown", (await client.HeartbeatAsync(new StreamRecordId("anna", RecordKey.New(), 1).ToString())).Text("reason"));
    }

    [Fact]
    public async Task AStop_IsA204AlsoWhereTheStreamHadEnded()
    {
        var id = (await client.StartAsync("anna")).Id;

        Assert.Equal(HttpStatusCode.NoContent, (await client.StopAsync(id)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await client.StopAsync(id)).Status);
        Assert.Equal(0, (await client.ListAsync("anna")).Number("active"));
    }

    [Theory]
    [InlineData("POST", "/stream-record/nonsense/heartbeat")]
    [InlineData("DELETE", "/stream-record/nonsense")]
    [InlineData("DELETE", "/stream-record/AgAA")]
    [InlineData("DELETE", "/stream-record/%F0%9F%8D%BF")]
    public async Task WhatIsNoIdOfOurs_IsA400(string method, string path)
    {
        var response = await client.SendAsync(new HttpMethod(method), path);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid-request", "id"), (response.Status, response.ProblemType, response.Text("field")));
    }

    [Fact]
    public async Task AList_ShowsWhatIsPlayingOldestFirst()
    {
        await client.StartAsync("anna", "film", "TV");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await client.StartAsync("anna", "match", "Phone");

        var list = await client.ListAsync("anna");

        Assert.Equal((HttpStatusCode.OK, "anna", 3, 2), (list.Status, list.Text("userId"), list.Number("limit"), list.Number("active")));
        Assert.Equal(["TV", "Phone"], list.Devices);
    }

    [Fact]
    public async Task StopAll_SaysHowManyItStopped()
    {
        await client.StartAsync("anna");
        await client.StartAsync("anna");

        Assert.Equal(2, (await client.StopAllAsync("anna")).Number("stopped"));
        Assert.Equal(0, (await client.StopAllAsync("anna")).Number("stopped"));
    }

    [Fact]
    public async Task ALimit_IsSetReadAndReset()
    {
        var set = await client.SetLimitAsync("anna", 1);
        Assert.Equal((HttpStatusCode.OK, "anna", 1, false), (set.Status, set.Text("userId"), set.Number("maxConcurrentStreams"), set.Body.GetProperty("isDefault").GetBoolean()));
        await client.StartAsync("anna");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.StartAsync("anna")).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await client.ResetLimitAsync("anna")).Status);

        var limit = await client.GetLimitAsync("anna");
        Assert.Equal((3, true), (limit.Number("maxConcurrentStreams"), limit.Body.GetProperty("isDefault").GetBoolean()));
        Assert.Equal(HttpStatusCode.Created, (await client.StartAsync("anna")).Status);
    }

    [Theory]
    [InlineData("""{"maxConcurrentStreams":-1}""")]
    [InlineData("""{"maxConcurrentStreams":101}""")]
    [InlineData("""{"maxConcurrentStreams":2.5}""")]
    [InlineData("""{"maxConcurrentStreams":1e3}""")]
    [InlineData("""{"maxConcurrentStreams":1e-1}""")]
    [InlineData("""{"maxConcurrentStreams":1e400}""")]
    [InlineData("""{"maxConcurrentStreams":"5"}""")]
    [InlineData("""{"maxConcurrentStreams":99999999999999999999}""")]
    [InlineData("""{}""")]
    public async Task ALimitThatIsNoWholeNumberFrom0To100_IsA400(string body)
    {
        var response = await client.SendAsync(HttpMethod.Put, "/stream-limit?userId=anna", System.Text.Encoding.UTF8.GetBytes(body), "application/json");

        Assert.Equal((HttpStatusCode.BadRequest, "maxConcurrentStreams"), (response.Status, response.Text("field")));
    }

    [Theory]
    [InlineData("", "is missing")]
    [InlineData("?userId=", "must not be empty")]
    [InlineData("?userId=a&userId=b", "more than once")]
    [InlineData("?userId=%00", "control characters")]
    [InlineData("?userId=%FF", "percent-encoded UTF-8")]
    [InlineData("?userId=a%ED%A0%80", "percent-encoded UTF-8")]
    public async Task AUserIdThatIsMissingOrWrong_IsA400OnEveryCallThatNeedsIt(string query, string reason)
    {
        foreach (var (method, path) in new[] { ("GET", "/stream-record"), ("DELETE", "/stream-record"), ("GET", "/stream-limit"), ("PUT", "/stream-limit"), ("DELETE", "/stream-limit") })
        {
            var response = await client.SendAsync(new HttpMethod(method), path + query, """{"maxConcurrentStreams":1}"""u8.ToArray(), "application/json");

            Assert.Equal((HttpStatusCode.BadRequest, "userId"), (response.Status, response.Text("field")));
            Assert.Contains(reason, response.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("?userId=100%25", "100%")]
    [InlineData("?userId=a+b", "a b")]
    [InlineData("?userId=%F0%9F%8D%BF", "\U0001F37F")]
    [InlineData("?userId=%EF%BF%BD", "\uFFFD")]
    [InlineData("?userId=%ef%bf%bd", "\uFFFD")]
    [InlineData("?userId=%25FF", "%FF")]
    public async Task AUserIdInTheQuery_IsPercentEncoded(string query, string userId) =>
        Assert.Equal(userId, (await client.SendAsync(HttpMethod.Get, "/stream-limit" + query)).Text("userId"));

    [Fact]
    public async Task ARetryWithTheSameKey_IsTheSameStartAndSaysSo()
    {
        var first = await client.StartAsync("anna", "film", "TV", idempotencyKey: "play-1");
        var again = await client.StartAsync("anna", "film", "TV", idempotencyKey: "play-1");

        Assert.Equal((HttpStatusCode.Created, first.Id), (again.Status, again.Id));
        Assert.False(first.Message.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(["true"], again.Message.Headers.GetValues("Idempotency-Replayed"));
        Assert.Equal(1, (await client.ListAsync("anna")).Number("active"));
    }

    [Fact]
    public async Task TheSameKeyForAnotherStream_IsA422()
    {
        await client.StartAsync("anna", "film", idempotencyKey: "play-1");

        var response = await client.StartAsync("anna", "match", idempotencyKey: "play-1");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency-key-reused"), (response.Status, response.ProblemType));
    }

    [Fact]
    public async Task ARetryOfAStartThatIsOver_IsA409WithTheReason()
    {
        var first = await client.StartAsync("anna", "film", idempotencyKey: "play-1");
        await client.StopAsync(first.Id);

        var response = await client.StartAsync("anna", "film", idempotencyKey: "play-1");

        Assert.Equal((HttpStatusCode.Conflict, "stream-ended", "stopped"), (response.Status, response.ProblemType, response.Text("reason")));
    }

    [Fact]
    public async Task ARepeatedLimit_ReturnsTheFirstResponseAndSaysSo()
    {
        var first = await client.SetLimitAsync("anna", 5, "plan-1");
        await client.SetLimitAsync("anna", 2);

        var again = await client.SetLimitAsync("anna", 5, "plan-1");

        Assert.Equal((HttpStatusCode.OK, first.Content), (again.Status, again.Content));
        AssertReplayed(first, again);
        Assert.Equal(2, (await client.GetLimitAsync("anna")).Number("maxConcurrentStreams"));
    }

    [Fact]
    public async Task ARepeatedReset_ReturnsTheFirstResponseAndSaysSo()
    {
        await client.SetLimitAsync("anna", 5);
        var first = await client.ResetLimitAsync("anna", "reset-1");
        await client.SetLimitAsync("anna", 2);

        var again = await client.ResetLimitAsync("anna", "reset-1");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.Status, again.Status));
        AssertReplayed(first, again);
        Assert.Equal(2, (await client.GetLimitAsync("anna")).Number("maxConcurrentStreams"));
    }

    [Fact]
    public async Task ARepeatedStopOfAll_ReturnsTheFirstResponseAndSaysSo()
    {
        await client.StartAsync("anna");
        await client.StartAsync("anna");
        var first = await client.StopAllAsync("anna", "stop-1");
        await client.StartAsync("anna");

        var again = await client.StopAllAsync("anna", "stop-1");

        Assert.Equal((HttpStatusCode.OK, 2, first.Content), (again.Status, again.Number("stopped"), again.Content));
        AssertReplayed(first, again);
        Assert.Equal(1, (await client.ListAsync("anna")).Number("active"));
    }

    [Fact]
    public async Task TheKeyOfAnotherOperationOrLimit_IsA422()
    {
        await client.StartAsync("anna");
        await client.SetLimitAsync("anna", 5, "plan-1");

        foreach (var response in new[] { await client.SetLimitAsync("anna", 4, "plan-1"), await client.ResetLimitAsync("anna", "plan-1"), await client.StopAllAsync("anna", "plan-1") })
        {
            Assert.Equal(
                (HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "Idempotency-Key"), (response.Status, response.ProblemType, response.Text("field")));
        }

        Assert.Equal((5, 1), ((await client.GetLimitAsync("anna")).Number("maxConcurrentStreams"), (await client.ListAsync("anna")).Number("active")));
    }

    [Fact]
    public async Task TheNinthOperation_ForgetsTheFirst()
    {
        await client.SetLimitAsync("anna", 5, "plan-1");
        for (var i = 0; i < 8; i++)
        {
            await client.SetLimitAsync("anna", 2);
        }

        Assert.False((await client.SetLimitAsync("anna", 5, "plan-1")).Message.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(5, (await client.GetLimitAsync("anna")).Number("maxConcurrentStreams"));
    }

    public static TheoryData<string> InvalidKeys => new() { "a b", "k\u00e4se", new string('k', 256) };

    [Theory]
    [MemberData(nameof(InvalidKeys))]
    public async Task AKeyThatIsNotVisibleAscii_IsA400(string key)
    {
        foreach (var response in new[]
        {
            await client.StartAsync("anna", idempotencyKey: key), await client.StopAllAsync("anna", key),
            await client.SetLimitAsync("anna", 5, key), await client.ResetLimitAsync("anna", key),
        })
        {
            Assert.Equal((HttpStatusCode.BadRequest, "Idempotency-Key"), (response.Status, response.Text("field")));
        }
    }

    [Fact]
    public async Task ReplaceOldest_NamesWhatItEnded()
    {
        var tv = await client.StartAsync("anna", "film", "TV");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await client.StartAsync("anna");
        await client.StartAsync("anna");

        var response = await client.StartAsync("anna", "match", "Phone", onLimit: "replaceOldest");

        Assert.Equal((HttpStatusCode.Created, 3), (response.Status, response.Number("active")));
        var replaced = Assert.Single(response.Body.GetProperty("replaced").EnumerateArray());
        Assert.Equal((tv.Id, "film", "TV"), (replaced.GetProperty("id").GetString(), replaced.GetProperty("streamId").GetString(), replaced.GetProperty("deviceName").GetString()));
    }

    [Theory]
    [InlineData("3.0")]
    [InlineData("3e0")]
    [InlineData("30E-1")]
    [InlineData("0.3e+1")]
    public async Task AWholeNumber_IsOneInAnySpelling(string number)
    {
        var response = await client.SendAsync(
            HttpMethod.Put, "/stream-limit?userId=anna", Encoding.UTF8.GetBytes($$"""{"maxConcurrentStreams":{{number}}}"""), "application/json");

        Assert.Equal((HttpStatusCode.OK, 3), (response.Status, response.Number("maxConcurrentStreams")));
    }

    [Fact]
    public async Task ReplacingAnotherUsersStream_IsA422AndEndsNothing()
    {
        var mine = (await client.StartAsync("anna")).Id;
        var foreign = (await client.StartAsync("bert")).Id;

        var response = await client.StartAsync("anna", replace: [mine, foreign]);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "foreign-replacement"), (response.Status, response.ProblemType));
        Assert.Equal((1, 1), ((await client.ListAsync("anna")).Number("active"), (await client.ListAsync("bert")).Number("active")));
    }

    [Theory]
    [InlineData("""{"userId":"u","streamId":"s","onLimit":"evict"}""", "onLimit")]
    [InlineData("""{"userId":"u","streamId":"s","onLimit":1}""", "onLimit")]
    [InlineData("""{"userId":"u","streamId":"s","replace":"x"}""", "replace")]
    [InlineData("""{"userId":"u","streamId":"s","replace":["x"]}""", "replace[0]")]
    [InlineData("""{"userId":"u","streamId":"s","replace":[7]}""", "replace[0]")]
    public async Task AWishThatCannotBeRead_IsA400ThatNamesIt(string body, string field)
    {
        var response = await client.PostJsonAsync("/stream-record", body);

        Assert.Equal((HttpStatusCode.BadRequest, field), (response.Status, response.Text("field")));
    }

    [Fact]
    public async Task WithoutALease_ThereIsNeitherExpiryNorInterval()
    {
        await using var endless = new StreamServer().With("LeaseSeconds", 0);

        var response = await endless.CreateClient().StartAsync("anna");

        Assert.Equal(JsonValueKind.Null, response.Body.GetProperty("expiresAt").ValueKind);
        Assert.Equal(JsonValueKind.Null, response.Body.GetProperty("heartbeatIntervalSeconds").ValueKind);
    }

    [Fact]
    public async Task Health_IsLiveAndReady()
    {
        Assert.Equal("live", (await client.SendAsync(HttpMethod.Get, "/health/live")).Text("status"));
        Assert.Equal("ready", (await client.SendAsync(HttpMethod.Get, "/health/ready")).Text("status"));
    }

    [Fact]
    public async Task WhereTheStoreIsAway_TheServiceIsLiveButNotReady()
    {
        await using var away = new StreamServer().With(Stores.Busy(TimeSpan.FromSeconds(3)));

        Assert.Equal(HttpStatusCode.OK, (await away.CreateClient().SendAsync(HttpMethod.Get, "/health/live")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await away.CreateClient().SendAsync(HttpMethod.Get, "/health/ready")).Status);
    }

    private static void AssertReplayed(ApiResponse first, ApiResponse again)
    {
        Assert.False(first.Message.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(["true"], again.Message.Headers.GetValues("Idempotency-Replayed"));
    }
}
