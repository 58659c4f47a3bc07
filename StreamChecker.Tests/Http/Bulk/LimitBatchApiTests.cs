using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Http.Bulk;

/// <summary><c>POST /stream-limit/batch</c>: many limits in one request, as JSON lines.</summary>
public sealed class LimitBatchApiTests : IAsyncLifetime
{
    private const string JsonLines = "application/x-ndjson";

    private readonly StreamServer server = new();
    private readonly HttpClient client;

    public LimitBatchApiTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task EachLine_GetsTheResultOfASingleChange_InTheOrderOfTheLines()
    {
        await client.SetLimitAsync("bert", 7);

        var response = await client.SetLimitsAsync(
            Line("anna", 5), "nonsense", Line("bert", null), """{"userId":"carla"}""", Line("carla", 101), Line("dora", 0));

        Assert.Equal((HttpStatusCode.OK, JsonLines), (response.Status, response.ContentType));
        Assert.Equal([(1, 200), (2, 400), (3, 200), (4, 400), (5, 400), (6, 200)], response.Lines.Select(LineAndStatus));
        Assert.Equal("""{"line":1,"status":200,"userId":"anna","maxConcurrentStreams":5,"isDefault":false,"plan":"default"}""", response.Lines[0].GetRawText());
        Assert.Equal("""{"line":3,"status":200,"userId":"bert","maxConcurrentStreams":3,"isDefault":true,"plan":"default"}""", response.Lines[2].GetRawText());
        Assert.Equal((5, 3, 3, 0), (await LimitOfAsync("anna"), await LimitOfAsync("bert"), await LimitOfAsync("carla"), await LimitOfAsync("dora")));
    }

    [Fact]
    public async Task ALine_CanSetAPlan_AndReturnToTheDefault()
    {
        await using var planned = new StreamServer().With(nameof(StreamCheckerOptions.Plans), """{"premium":{"rules":[{"name":"streams","limit":9}]}}""");

        var lines = (await planned.CreateClient().SetLimitsAsync(
            """{"userId":"anna","plan":"premium"}""", """{"userId":"anna","maxConcurrentStreams":2}""", """{"userId":"anna","maxConcurrentStreams":null,"plan":null}""",
            """{"userId":"bert","plan":"gold"}""")).Lines;

        Assert.Equal(
            [("premium", 9), ("premium", 2), ("default", 3)],
            lines.Take(3).Select(line => (line.GetProperty("plan").GetString()!, line.GetProperty("maxConcurrentStreams").GetInt32())));
        Assert.Equal((400, "plan"), (lines[3].GetProperty("status").GetInt32(), lines[3].GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("[]", null, "The line must be a JSON object.")]
    [InlineData("""{"userId":"anna",""", null, "The line is not well-formed JSON")]
    [InlineData("""{"maxConcurrentStreams":1}""", "userId", "is missing")]
    [InlineData("""{"userId":"","maxConcurrentStreams":1}""", "userId", "must not be empty")]
    [InlineData("""{"userId":"anna"}""", "maxConcurrentStreams", "is missing")]
    [InlineData("""{"userId":"anna","maxConcurrentStreams":-1}""", "maxConcurrentStreams", "whole number from 0 to 100")]
    [InlineData("""{"userId":"anna","maxConcurrentStreams":1.5}""", "maxConcurrentStreams", "whole number from 0 to 100")]
    [InlineData("""{"userId":"anna","maxConcurrentStreams":1,"maxConcurrentStreams":1}""", "maxConcurrentStreams", "more than once")]
    [InlineData("""{"userId":"anna","maxConcurrentStreams":1,"idempotencyKey":"a b"}""", "idempotencyKey", "visible ASCII")]
    [InlineData("""{"userId":"anna","maxConcurrentStreams":1,"idempotencyKey":7}""", "idempotencyKey", "must be a string")]
    public async Task AnInvalidLine_IsA400OfThatLine_ThatNamesTheField(string line, string? field, string reason)
    {
        var response = await client.SetLimitsAsync(line, Line("bert", 1));

        Assert.Equal([(1, 400), (2, 200)], response.Lines.Select(LineAndStatus));
        Assert.Equal("/problems/invalid-request", response.Lines[0].GetProperty("type").GetString());
        Assert.Equal(field, response.Lines[0].TryGetProperty("field", out var named) ? named.GetString() : null);
        Assert.Contains(reason, response.Lines[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, await LimitOfAsync("anna"));
    }

    [Fact]
    public async Task AKey_MakesALineTakeEffectOnce()
    {
        await client.SetLimitsAsync(Line("anna", 5, "plan-1"), Line("bert", 5, "plan-1"));
        await client.SetLimitAsync("anna", 2);

        var retried = await client.SetLimitsAsync(Line("anna", 5, "plan-1"), Line("bert", 6, "plan-1"));

        Assert.Equal([(1, 200), (2, 422)], retried.Lines.Select(LineAndStatus));
        Assert.True(retried.Lines[0].GetProperty("replayed").GetBoolean());
        Assert.Equal(5, retried.Lines[0].GetProperty("maxConcurrentStreams").GetInt32());
        Assert.Equal(
            ("bert", "/problems/idempotency-key-reused", "idempotencyKey"),
            (retried.Lines[1].GetProperty("userId").GetString(), retried.Lines[1].GetProperty("type").GetString(), retried.Lines[1].GetProperty("field").GetString()));
        Assert.Equal((2, 5), (await LimitOfAsync("anna"), await LimitOfAsync("bert")));
        Assert.True((await client.SetLimitAsync("bert", 5, "plan-1")).Message.Headers.Contains("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData(Store.Embedded)]
    [InlineData(Store.Cosmos)]
    public async Task LinesOfOneUser_TakeEffectInTheirOrder(Store store)
    {
        await using var other = new StreamServer().On(store);
        using var backend = other.CreateClient();
        var limits = Enumerable.Range(1, 40).Select(limit => Line("anna", limit)).ToList();

        Assert.All((await backend.SetLimitsAsync(limits)).Lines, result => Assert.Equal(200, result.GetProperty("status").GetInt32()));
        Assert.Equal(40, (await backend.GetLimitAsync("anna")).Number("maxConcurrentStreams"));
    }

    [Theory]
    [InlineData(Store.Embedded, 10_000)]
    [InlineData(Store.Cosmos, 1_000)]
    public async Task ThousandsOfLines_AreExecutedFiveHundredAtATime_AndTheirResultsAreSentMeanwhile(Store store, int lines)
    {
        var parts = new Parts();
        await using var other = new StreamServer().On(store).With("DeadlineSeconds", 60).Before(parts.Of);
        using var backend = new HttpClient { BaseAddress = other.Listen() };

        using var results = await ResultsAsync(backend, lines);
        Assert.Equal(ResultOf(0), await results.ReadLineAsync());
        Assert.Equal([500], parts.Sizes);

        parts.Rest.SetResult();

        Assert.Equal(
            Enumerable.Range(1, lines - 1).Select(ResultOf),
            (await results.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(Enumerable.Repeat(500, lines / 500), parts.Sizes);

        static string ResultOf(int number) => string.Create(
            CultureInfo.InvariantCulture, $$"""{"line":{{number + 1}},"status":200,"userId":"user {{number}}","maxConcurrentStreams":{{number % 101}},"isDefault":false,"plan":"default"}""");
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("\n \r\n\t", HttpStatusCode.BadRequest)]
    [InlineData("{\"userId\":\"anna\",\"maxConcurrentStreams\":1}", HttpStatusCode.OK)]
    [InlineData("\r\n\r\n{\"userId\":\"anna\",\"maxConcurrentStreams\":1}\r\n", HttpStatusCode.OK)]
    public async Task EmptyLines_HaveNoResult(string body, HttpStatusCode status)
    {
        var response = await client.PostAsync("/stream-limit/batch", Encoding.UTF8.GetBytes(body), JsonLines);

        Assert.Equal(status, response.Status);
        if (status == HttpStatusCode.OK)
        {
            Assert.Equal((body.Count(character => character == '\n') is 3 ? 3 : 1, 200), LineAndStatus(Assert.Single(response.Lines)));
        }
        else
        {
            Assert.Contains("1 to 10000 lines", response.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(10_000, HttpStatusCode.OK)]
    [InlineData(10_001, HttpStatusCode.BadRequest)]
    public async Task MoreThanTenThousandLines_AreRejected(int lines, HttpStatusCode status) =>
        Assert.Equal(status, (await client.SetLimitsAsync(Enumerable.Repeat("1", lines))).Status);

    [Theory]
    [InlineData(1024 * 1024, HttpStatusCode.OK)]
    [InlineData((1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task ABodyOfUpToOneMebibyte_IsRead(int size, HttpStatusCode status) => Assert.Equal(
        status, (await client.PostAsync("/stream-limit/batch", Encoding.UTF8.GetBytes(Line("anna", 1).PadRight(size)), JsonLines)).Status);

    [Theory]
    [InlineData("application/x-ndjson; charset=utf-8", HttpStatusCode.OK)]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    public async Task TheBody_IsDeclaredAsJsonLines(string contentType, HttpStatusCode status) => Assert.Equal(
        status, (await client.PostAsync("/stream-limit/batch", Encoding.UTF8.GetBytes(Line("anna", 1)), contentType)).Status);

    [Fact]
    public async Task ALineWhoseStoreIsBusyOrFaulty_IsA503OrA500OfThatLine()
    {
        await using var troubled = new StreamServer().With(TimeProvider.System).Before(store => new Trouble(store));
        using var backend = troubled.CreateClient();

        var response = await backend.SetLimitsAsync(Line("busy", 1), Line("broken", 1), Line("anna", 1));

        Assert.Equal([(1, 503), (2, 500), (3, 200)], response.Lines.Select(LineAndStatus));
        Assert.Equal("/problems/store-unavailable", response.Lines[0].GetProperty("type").GetString());
        Assert.NotEqual("", response.Lines[1].GetProperty("traceId").GetString());
        Assert.DoesNotContain("secret", response.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALineWhoseFirstAttemptHasNoResponse_IsRetried_AndNotReportedAsReplayed()
    {
        var store = new LosesTheFirstResponse();
        await using var losing = new StreamServer().With(TimeProvider.System).Before(store.Of);

        var result = Assert.Single((await losing.CreateClient().SetLimitsAsync(Line("anna", 5))).Lines);

        Assert.Equal("""{"line":1,"status":200,"userId":"anna","maxConcurrentStreams":5,"isDefault":false,"plan":"default"}""", result.GetRawText());
        Assert.Equal(2, store.Attempts);
    }

    [Fact]
    public async Task AResponseThatCannotBeCompleted_IsCutOff()
    {
        var parts = new Parts();
        await using var faulty = new StreamServer().Before(parts.Of);
        using var backend = new HttpClient { BaseAddress = faulty.Listen() };

        using var results = await ResultsAsync(backend, 501);
        Assert.NotNull(await results.ReadLineAsync());
        parts.Rest.SetException(new InvalidOperationException("No part is executed."));

        await Assert.ThrowsAnyAsync<IOException>(() => results.ReadToEndAsync());
    }

    [Fact]
    public async Task ManyLimits_CountAsOneRequest()
    {
        await using var narrow = new StreamServer().With(new StreamChecker.Http.CallLimit(1));

        Assert.All(
            (await narrow.CreateClient().SetLimitsAsync(Line("anna", 1), Line("bert", 1))).Lines,
            result => Assert.Equal(200, result.GetProperty("status").GetInt32()));
    }

    /// <summary>Sends lines of as many users, and returns the results while they come.</summary>
    private static async Task<StreamReader> ResultsAsync(HttpClient backend, int lines)
    {
        var body = string.Concat(Enumerable.Range(0, lines).Select(number => Line($"user {number}", number % 101) + "\n"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/stream-limit/batch") { Content = new StringContent(body, new MediaTypeHeaderValue(JsonLines)) };
        var response = await backend.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new(await response.Content.ReadAsStreamAsync());
    }

    private async Task<int> LimitOfAsync(string userId) => (await client.GetLimitAsync(userId)).Number("maxConcurrentStreams");

    private static string Line(string userId, int? maxConcurrentStreams, string? idempotencyKey = null) => idempotencyKey is null
        ? JsonSerializer.Serialize(new { userId, maxConcurrentStreams })
        : JsonSerializer.Serialize(new { userId, maxConcurrentStreams, idempotencyKey });

    private static (int, int) LineAndStatus(JsonElement result) => (result.GetProperty("line").GetInt32(), result.GetProperty("status").GetInt32());

    /// <summary>Records how many commands come together. All but the first part wait until the test lets them go on, or fail.</summary>
    private sealed class Parts
    {
        private readonly List<int> sizes = [];

        public TaskCompletionSource Rest { get; } = new();

        public IReadOnlyList<int> Sizes => sizes;

        public IStreamPartitions Of(IStreamPartitions store) => new Recorded(store, this);

        private sealed class Recorded(IStreamPartitions store, Parts parts) : IStreamPartitions
        {
            public Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken) => store.ExecuteAsync(command, cancellationToken);

            public IReadOnlyList<Task<PartitionResult>> ExecuteMany(IReadOnlyList<StreamCommand> commands, CancellationToken cancellationToken)
            {
                if (parts.sizes.Count > 0)
                {
                    parts.Rest.Task.GetAwaiter().GetResult();
                }

                parts.sizes.Add(commands.Count);
                return store.ExecuteMany(commands, cancellationToken);
            }
        }
    }

    /// <summary>Executes the first command, and does not report it.</summary>
    private sealed class LosesTheFirstResponse
    {
        public int Attempts { get; private set; }

        public IStreamPartitions Of(IStreamPartitions store) => new Losing(store, this);

        private sealed class Losing(IStreamPartitions store, LosesTheFirstResponse state) : IStreamPartitions
        {
            public async Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken)
            {
                var result = await store.ExecuteAsync(command, cancellationToken);
                return ++state.Attempts == 1 ? new PartitionResult.Ambiguous("the connection was lost") : result;
            }
        }
    }

    private sealed class Trouble(IStreamPartitions store) : IStreamPartitions
    {
        public Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken) => command.UserId switch
        {
            "busy" => Task.FromResult<PartitionResult>(new PartitionResult.Throttled(TimeSpan.FromSeconds(1))),
            "broken" => Task.FromException<PartitionResult>(new StoredProcedureException("secret detail")),
            _ => store.ExecuteAsync(command, cancellationToken),
        };
    }
}
