using System.Net;
using System.Text;
using System.Text.Json;
using StreamChecker.Http;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Http.Bulk;

/// <summary><c>POST /stream-record/heartbeats</c>: many heartbeats in one request.</summary>
public sealed class HeartbeatsApiTests : IAsyncLifetime
{
    private readonly StreamServer server = new();
    private readonly HttpClient client;

    public HeartbeatsApiTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task EachId_GetsTheResultOfASingleHeartbeat_InTheOrderOfTheIds()
    {
        var alive = (await client.StartAsync("anna", deviceName: "TV")).Id;
        var stopped = (await client.StartAsync("bert")).Id;
        await client.StopAsync(stopped);
        var replaced = (await client.StartAsync("carla", deviceId: "tv-1")).Id;
        var replacing = (await client.StartAsync("carla", "match", "TV", deviceId: "tv-1")).Id;
        server.Time.Advance(TimeSpan.FromSeconds(30));

        var response = await client.HeartbeatsAsync(stopped, alive, "nonsense", replaced, replacing);

        Assert.Equal(HttpStatusCode.OK, response.Status);
        var results = Results(response);
        Assert.Equal([(stopped, 410), (alive, 200), ("nonsense", 400), (replaced, 410), (replacing, 200)], results.Select(IdAndStatus));
        Assert.Equal(("stopped", "/problems/stream-ended"), (results[0].GetProperty("reason").GetString(), results[0].GetProperty("type").GetString()));
        Assert.Equal(server.Time.GetUtcNow().AddSeconds(90), results[1].GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal(30, results[1].GetProperty("heartbeatIntervalSeconds").GetInt32());
        Assert.Equal("/problems/invalid-request", results[2].GetProperty("type").GetString());
        Assert.Equal(replacing, results[3].GetProperty("replacedBy").GetProperty("id").GetString());
        Assert.True(results[3].GetProperty("sameDevice").GetBoolean());
    }

    [Theory]
    [InlineData(Store.Embedded)]
    [InlineData(Store.Cosmos)]
    public async Task FiveHundredStreams_AreRenewedInOneRequest(Store store)
    {
        await using var other = new StreamServer().On(store);
        using var backend = other.CreateClient();
        var ids = await Task.WhenAll(Enumerable.Range(0, 500).Select(async number => (await backend.StartAsync($"user {number}")).Id));
        other.Time.Advance(TimeSpan.FromSeconds(60));

        var response = await backend.HeartbeatsAsync(ids);

        Assert.Equal(ids.Select(id => (id, 200)), Results(response).Select(IdAndStatus));
        other.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, (await backend.HeartbeatAsync(ids[499])).Status);
    }

    [Fact]
    public async Task AnIdThatIsGivenTwice_GetsItsResultTwice()
    {
        var id = (await client.StartAsync("anna")).Id;
        server.Time.Advance(TimeSpan.FromSeconds(30));

        var results = Results(await client.HeartbeatsAsync(id, "nonsense", id, "nonsense"));

        Assert.Equal([(id, 200), ("nonsense", 400), (id, 200), ("nonsense", 400)], results.Select(IdAndStatus));
        Assert.Equal(results[0].GetRawText(), results[2].GetRawText());
    }

    [Theory]
    [InlineData("{}", "ids", "is missing")]
    [InlineData("""{"ids":null}""", "ids", "must be an array")]
    [InlineData("""{"ids":"a"}""", "ids", "must be an array")]
    [InlineData("""{"ids":[]}""", "ids", "1 to 500")]
    [InlineData("""{"ids":["a",null]}""", "ids[1]", "must be a string")]
    [InlineData("""{"ids":["a",["b"],3]}""", "ids[1]", "must be a string")]
    [InlineData("""{"ids":["\ud800"]}""", "ids[0]", "valid Unicode")]
    [InlineData("""{"ids":["a"],"ids":["b"]}""", "ids", "more than once")]
    public async Task ABodyThatIsWrong_IsA400ThatNamesTheField(string body, string field, string reason)
    {
        var response = await client.PostJsonAsync("/stream-record/heartbeats", body);

        Assert.Equal((HttpStatusCode.BadRequest, field), (response.Status, response.Text("field")));
        Assert.Contains(reason, response.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, HttpStatusCode.OK)]
    [InlineData(501, HttpStatusCode.BadRequest)]
    public async Task MoreThan500Ids_AreRejected(int count, HttpStatusCode status) =>
        Assert.Equal(status, (await client.HeartbeatsAsync(Enumerable.Repeat("nonsense", count))).Status);

    [Theory]
    [InlineData(1024 * 1024, HttpStatusCode.OK)]
    [InlineData((1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task ABodyOfUpToOneMebibyte_IsRead(int size, HttpStatusCode status)
    {
        await using var listening = new StreamServer();
        using var overTheWire = new HttpClient { BaseAddress = listening.Listen() };
        var body = Encoding.UTF8.GetBytes("""{"ids":["nonsense"]}""".PadRight(size));

        Assert.Equal(status, (await overTheWire.PostAsync("/stream-record/heartbeats", body, "application/json")).Status);
    }

    [Fact]
    public async Task TheIdsOfTheLongestUserIds_FitIntoABody()
    {
        var user = string.Concat(Enumerable.Repeat("\U0001F600", 256));
        var id = (await client.StartAsync(user)).Id;

        Assert.Equal(HttpStatusCode.OK, (await client.HeartbeatsAsync(Enumerable.Repeat(id, 500))).Status);
    }

    [Fact]
    public async Task ManyHeartbeats_CountAsOneRequest()
    {
        await using var narrow = new StreamServer().With(new CallLimit(1));
        using var backend = narrow.CreateClient();
        string[] ids = [(await backend.StartAsync("anna")).Id, (await backend.StartAsync("bert")).Id];

        Assert.All(Results(await backend.HeartbeatsAsync(ids)), result => Assert.Equal(200, result.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task WhatTheDeadlineLeavesOver_IsA503OfItsIds()
    {
        await using var slow = new StreamServer().With("DeadlineSeconds", 1).With(TimeProvider.System)
            .Before(store => new Detour(store, async (command, cancellationToken) =>
            {
                await Task.Delay(command.UserId == "slow" ? Timeout.Infinite : 0, cancellationToken);
                return null;
            }));
        using var backend = slow.CreateClient();
        var (late, prompt) = (IdOf("slow"), (await backend.StartAsync("anna")).Id);

        var results = Results(await backend.HeartbeatsAsync(late, prompt));

        Assert.Equal([(late, 503), (prompt, 200)], results.Select(IdAndStatus));
        Assert.Equal("/problems/outcome-unknown", results[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task AFaultOfOneStream_IsA500OfItsId()
    {
        await using var faulty = new StreamServer().Before(store => new Detour(store, (command, _) => command.UserId == "broken"
            ? throw new StoredProcedureException("secret detail")
            : Task.FromResult<PartitionResult?>(null)));
        using var backend = faulty.CreateClient();
        var (broken, sound) = (IdOf("broken"), (await backend.StartAsync("anna")).Id);

        var response = await backend.HeartbeatsAsync(broken, sound);

        Assert.Equal([(broken, 500), (sound, 200)], Results(response).Select(IdAndStatus));
        Assert.NotEqual("", Results(response)[0].GetProperty("traceId").GetString());
        Assert.DoesNotContain("secret", response.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConflict_IsRetriedWithinTheRequest()
    {
        var tries = 0;
        await using var contended = new StreamServer().With(TimeProvider.System).Before(store => new Detour(store, (command, _) => Task.FromResult<PartitionResult?>(
            command is RenewCommand { UserId: "anna" } && Interlocked.Increment(ref tries) < 3 ? new PartitionResult.Conflict() : null)));
        using var backend = contended.CreateClient();
        string[] ids = [(await backend.StartAsync("anna")).Id, (await backend.StartAsync("bert")).Id];

        Assert.Equal(ids.Select(id => (id, 200)), Results(await backend.HeartbeatsAsync(ids)).Select(IdAndStatus));
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task TheEmbeddedStore_SyncsThemTogether()
    {
        await using var partition = new PartitionOnThisMachine();
        var ids = new List<StreamRecordId>();
        for (var number = 0; number < 500; number++)
        {
            ids.Add((await partition.AdmitAsync($"user {number}")).Record.Id);
        }

        partition.Pass(30);
        var before = partition.Engine.Syncs;

        Assert.All(await partition.Limiter.RenewManyAsync(ids, CancellationToken.None), result => Assert.IsType<RenewResult.Alive>(result));
        Assert.InRange(partition.Engine.Syncs - before, 1, 50);
    }

    [Fact]
    public async Task CosmosDb_GetsThirtyAtATimeAtMost()
    {
        var wire = new CountedExecutions();
        await using var partition = await PartitionInCosmos.OpenAsync(wire: wire);
        var ids = new List<StreamRecordId>();
        for (var number = 0; number < 100; number++)
        {
            ids.Add((await partition.AdmitAsync($"user {number}")).Record.Id);
        }

        wire.IsSlow = true;
        Assert.All(await partition.Limiter.RenewManyAsync(ids, CancellationToken.None), result => Assert.IsType<RenewResult.Alive>(result));
        Assert.Equal(30, wire.MostAtATime);
    }

    private static List<JsonElement> Results(ApiResponse response) => [.. response.Body.GetProperty("results").EnumerateArray()];

    private static (string, int) IdAndStatus(JsonElement result) => (result.GetProperty("id").GetString()!, result.GetProperty("status").GetInt32());

    private static string IdOf(string userId) => new StreamRecordId(userId, RecordKey.New(), 1_000).ToString();

    /// <summary>A way to the store on which some commands come to something else: what a function gives, if it is not null.</summary>
    private sealed class Detour(IStreamPartitions store, Func<StreamCommand, CancellationToken, Task<PartitionResult?>> instead) : IStreamPartitions
    {
        public async Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken) =>
            await instead(command, cancellationToken) ?? await store.ExecuteAsync(command, cancellationToken);
    }

    /// <summary>Counts how many executions of the procedure are under way at a time.</summary>
    private sealed class CountedExecutions : DelegatingHandler
    {
        private int running;
        private int most;

        /// <summary>Whether an execution waits until the others have begun.</summary>
        public bool IsSlow { get; set; }

        public int MostAtATime => most;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!IsSlow || !request.RequestUri!.AbsolutePath.Contains("/sprocs/", StringComparison.Ordinal))
            {
                return await base.SendAsync(request, cancellationToken);
            }

            var now = Interlocked.Increment(ref running);
            InterlockedMax(now);
            try
            {
                await Task.Delay(50, cancellationToken);
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }

        private void InterlockedMax(int value)
        {
            for (var seen = most; seen < value; seen = most)
            {
                Interlocked.CompareExchange(ref most, value, seen);
            }
        }
    }
}
