using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Http;

/// <summary><c>POST /stream-record</c>, over HTTP.</summary>
public sealed class StartApiTests : IAsyncLifetime
{
    private readonly StreamServer server = new();
    private readonly HttpClient client;

    public StartApiTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task Start_ReturnsTheRecordAndItsLocation()
    {
        var response = await client.StartAsync("anna", "film-42", "Living room");

        Assert.Equal(HttpStatusCode.Created, response.Status);
        Assert.Equal("application/json", response.ContentType);
        Assert.Equal(("anna", "film-42", "Living room"), (response.Text("userId"), response.Text("streamId"), response.Text("deviceName")));
        Assert.Equal(("2026-01-31T20:15:00.000Z", "2026-01-31T20:16:30.000Z"), (response.Text("startedAt"), response.Text("expiresAt")));
        Assert.Equal((30, 3, 1), (response.Number("heartbeatIntervalSeconds"), response.Number("limit"), response.Number("active")));
        Assert.Equal("/stream-record/" + response.Text("id"), response.Message.Headers.Location!.ToString());
        Assert.Equal("no-store", response.Message.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task TheFourthStart_IsRejectedWithWhatIsPlayingWhere()
    {
        foreach (var device in new[] { "TV", "Phone", "Tablet" })
        {
            Assert.Equal(HttpStatusCode.Created, (await client.StartAsync("anna", "film", device)).Status);
            server.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var rejection = await client.StartAsync("anna");

        Assert.Equal(HttpStatusCode.Forbidden, rejection.Status);
        Assert.Equal("application/problem+json", rejection.ContentType);
        Assert.Equal("stream-limit-reached", rejection.ProblemType);
        Assert.Equal((403, 3, 3), (rejection.Number("status"), rejection.Number("limit"), rejection.Number("active")));
        Assert.Equal(["TV", "Phone", "Tablet"], rejection.Body.GetProperty("streams").EnumerateArray().Select(stream => stream.GetProperty("deviceName").GetString()));
        Assert.Equal(TimeSpan.FromSeconds(87), rejection.RetryAfter);
    }

    [Fact]
    public async Task ARejectionThatNoLapseCouldEnd_HasNoRetryAfter()
    {
        await using var none = new StreamServer().With("MaxConcurrentStreams", 0);

        var rejection = await none.CreateClient().StartAsync("anna");

        Assert.Equal(HttpStatusCode.Forbidden, rejection.Status);
        Assert.Null(rejection.RetryAfter);
    }

    [Fact]
    public async Task SimultaneousStarts_AdmitExactlyTheLimit()
    {
        for (var round = 0; round < 20; round++)
        {
            var responses = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => client.StartAsync($"user {round}")));

            Assert.Equal(3, responses.Count(response => response.Status == HttpStatusCode.Created));
            Assert.Equal(61, responses.Count(response => response.Status == HttpStatusCode.Forbidden));
        }
    }

    public static TheoryData<string, string?, string> InvalidBodies => new()
    {
        { "", null, "not well-formed JSON" },
        { "{", null, "not well-formed JSON" },
        { "{} {}", null, "not well-formed JSON" },
        { "\ufeff{}", null, "not well-formed JSON" },
        { "null", null, "must be a JSON object" },
        { "[]", null, "must be a JSON object" },
        { "\"anna\"", null, "must be a JSON object" },
        { "{}", "userId", "is missing" },
        { """{"streamId":"s"}""", "userId", "is missing" },
        { """{"userId":"u"}""", "streamId", "is missing" },
        { """{"userId":1,"streamId":"s"}""", "userId", "must be a string" },
        { """{"userId":"u","streamId":true}""", "streamId", "must be a string" },
        { """{"userId":null,"streamId":"s"}""", "userId", "must be a string" },
        { """{"userId":["u"],"streamId":"s"}""", "userId", "must be a string" },
        { """{"userId":{"a":"u"},"streamId":"s"}""", "userId", "must be a string" },
        { """{"userId":"","streamId":"s"}""", "userId", "must not be empty" },
        { """{"userId":"u","streamId":""}""", "streamId", "must not be empty" },
        { """{"userId":"u","streamId":"s","deviceName":""}""", "deviceName", "must not be empty" },
        { """{"userId":"u","streamId":"s","deviceName":7}""", "deviceName", "must be a string" },
        { """{"userId":"a\u0000b","streamId":"s"}""", "userId", "control characters" },
        { """{"userId":"a\u009fb","streamId":"s"}""", "userId", "control characters" },
        { """{"userId":"\ud800","streamId":"s"}""", "userId", "valid Unicode" },
        { """{"userId":"u","userId":"u","streamId":"s"}""", "userId", "more than once" },
        { """{"userId":"u","streamId":"s","extra":1,"extra":2}""", "extra", "more than once" },
        { """{"UserId":"u","streamId":"s"}""", "userId", "is missing" },
        { $$"""{"userId":"{{new string('x', 257)}}","streamId":"s"}""", "userId", "longer than 256" },
        { $$"""{"userId":"{{string.Concat(Enumerable.Repeat("\U0001F600", 257))}}","streamId":"s"}""", "userId", "longer than 256 characters (Unicode code points)" },
        { "{\"userId\":" + new string('[', 5000), null, "not well-formed JSON" },
        { Nested(128), null, "not well-formed JSON" },
    };

    [Theory]
    [MemberData(nameof(InvalidBodies))]
    public async Task ABodyThatIsWrong_IsA400ThatNamesTheField(string body, string? field, string reason)
    {
        var response = await client.PostJsonAsync("/stream-record", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.Status);
        Assert.Equal("application/problem+json", response.ContentType);
        Assert.Equal("invalid-request", response.ProblemType);
        Assert.Equal(field, response.Body.TryGetProperty("field", out var named) ? named.GetString() : null);
        Assert.Contains(reason, response.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TextsOf256CharactersBeyondTheBasicPlane_AreTaken()
    {
        var text = string.Concat(Enumerable.Repeat("\U0001F600", 256));

        var response = await client.StartAsync(text, text, text);

        Assert.Equal((HttpStatusCode.Created, text), (response.Status, response.Text("userId")));
        Assert.Equal(HttpStatusCode.OK, (await client.HeartbeatAsync(response.Id)).Status);
        Assert.Equal([text], (await client.ListAsync(text)).Devices);
    }

    [Fact]
    public async Task ABodyThatIs128Deep_IsTaken() => Assert.Equal(HttpStatusCode.Created, (await client.PostJsonAsync("/stream-record", Nested(127))).Status);

    private static string Nested(int arrays) => $$"""{"userId":"u","streamId":"s","more":{{new string('[', arrays)}}{{new string(']', arrays)}}}""";

    [Fact]
    public async Task ARejectedBody_RecordsNothing()
    {
        await client.PostJsonAsync("/stream-record", """{"userId":"anna","streamId":5}""");

        Assert.Equal(1, (await client.StartAsync("anna")).Number("active"));
    }

    [Fact]
    public async Task UnknownMembers_AreIgnored() =>
        Assert.Equal(
            HttpStatusCode.Created,
            (await client.PostJsonAsync("/stream-record", """{"userId":"u","streamId":"s","quality":{"4k":[true]}}""")).Status);

    [Fact]
    public async Task ANullDeviceName_IsNoDeviceName() =>
        Assert.Equal(
            JsonValueKind.Null,
            (await client.PostJsonAsync("/stream-record", """{"userId":"u","streamId":"s","deviceName":null}""")).Body.GetProperty("deviceName").ValueKind);

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task AnotherContentType_IsA415(string? contentType)
    {
        var response = await client.PostAsync("/stream-record", """{"userId":"u","streamId":"s"}"""u8.ToArray(), contentType);

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "unsupported-media-type"), (response.Status, response.ProblemType));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON; charset=\"UTF-8\"")]
    [InlineData("application/json;")]
    [InlineData("application/json; ")]
    [InlineData("application/json;; charset=utf-8 ;")]
    public async Task JsonInUtf8_IsWelcomeInAnySpelling(string contentType) =>
        Assert.Equal(
            HttpStatusCode.Created,
            (await client.SendAsync(
                HttpMethod.Post, "/stream-record", """{"userId":"u","streamId":"s"}"""u8.ToArray(), null, ("Content-Type", contentType))).Status);

    [Theory]
    [InlineData("gzip", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("br", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("identity", HttpStatusCode.Created)]
    public async Task ACompressedBody_IsA415(string coding, HttpStatusCode expected)
    {
        using var packed = new MemoryStream();
        using (Stream packing = coding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new BufferedStream(packed))
        {
            packing.Write("""{"userId":"u","streamId":"s"}"""u8);
            packing.Flush();
            var response = await client.SendAsync(
                HttpMethod.Post, "/stream-record", packed.ToArray(), "application/json", ("Content-Encoding", coding));

            Assert.Equal(expected, response.Status);
            Assert.Equal(expected == HttpStatusCode.Created ? null : "identity", response.Message.Headers.TryGetValues("Accept-Encoding", out var codings) ? codings.Single() : null);
        }
    }

    [Theory]
    [InlineData(16 * 1024, HttpStatusCode.Created)]
    [InlineData((16 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(10_000_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task ABodyOf16KiB_IsTheLargest(int bytes, HttpStatusCode expected)
    {
        var body = Encoding.UTF8.GetBytes("""{"userId":"u","streamId":"s"}""".PadRight(bytes));

        var response = await client.PostAsync("/stream-record", body, "application/json");

        Assert.Equal(expected, response.Status);
        Assert.Equal(expected == HttpStatusCode.Created ? null : "body-too-large", response.ProblemType);
    }

    [Fact]
    public async Task ALargeBodyThatDoesNotSayItsLength_IsA413Too()
    {
        using var content = new StreamContent(new MemoryStream(new byte[50_000]));
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/stream-record") { Content = content };
        request.Headers.TransferEncodingChunked = true;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await client.SendAsync(request)).StatusCode);
    }

    /// <summary>The Functions host joins the two before the app sees them.</summary>
    [Theory]
    [InlineData("play-1", "play-2")]
    [InlineData("play-1", "play-1")]
    [InlineData("play-1, play-2", null)]
    public async Task TwoIdempotencyKeys_AreTheSame400JoinedOrNot(string first, string? second)
    {
        var response = await client.SendAsync(
            HttpMethod.Post, "/stream-record", """{"userId":"anna","streamId":"film"}"""u8.ToArray(), "application/json",
            ("Idempotency-Key", first), ("Idempotency-Key", second));

        Assert.Equal((HttpStatusCode.BadRequest, "Idempotency-Key"), (response.Status, response.Text("field")));
        Assert.Equal("Idempotency-Key must be given once, without spaces.", response.Text("detail"));
        Assert.Equal(0, (await client.ListAsync("anna")).Number("active"));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task AnotherMethod_IsA405ThatSaysWhichAreAllowed(string method)
    {
        var response = await ApiResponse.ReadAsync(await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/stream-record")));

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method-not-allowed"), (response.Status, response.ProblemType));
        Assert.Equal(["DELETE", "GET", "HEAD", "POST"], response.Message.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AnUnknownPath_IsA404()
    {
        var response = await ApiResponse.ReadAsync(await client.GetAsync(new Uri("/streams", UriKind.Relative)));

        Assert.Equal((HttpStatusCode.NotFound, "not-found", "application/problem+json"), (response.Status, response.ProblemType, response.ContentType));
    }

    [Fact]
    public async Task ABusyStore_IsA503ThatSaysWhenToComeBack()
    {
        await using var busy = new StreamServer().With(Stores.Busy(TimeSpan.FromSeconds(7)));

        var response = await busy.CreateClient().StartAsync("anna");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "store-unavailable"), (response.Status, response.ProblemType));
        Assert.Equal(TimeSpan.FromSeconds(7), response.RetryAfter);
    }

    [Fact]
    public async Task AFaultOfOurs_IsA500WithATraceIdAndNothingOfTheInside()
    {
        await using var broken = new StreamServer().With(Stores.Broken());

        var response = await broken.CreateClient().StartAsync("anna");

        Assert.Equal((HttpStatusCode.InternalServerError, "internal-error"), (response.Status, response.ProblemType));
        Assert.NotEmpty(response.Text("traceId"));
        Assert.DoesNotContain("secret", response.Body.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", response.Body.ToString(), StringComparison.Ordinal);
    }
}
