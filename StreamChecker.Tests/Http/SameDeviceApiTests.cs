using System.Net;

namespace StreamChecker.Tests.Http;

/// <summary><c>deviceId</c> and <c>sameDevice</c>, over HTTP.</summary>
public sealed class SameDeviceApiTests : IAsyncLifetime
{
    private readonly StreamServer server = new();
    private readonly HttpClient client;

    public SameDeviceApiTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task ARestartOnTheSameDevice_ReplacesItsStream_AndBothLearnWhy()
    {
        var first = await client.StartAsync("anna", "film", "TV", deviceId: "tv-1");

        var second = await client.StartAsync("anna", "match", "TV", deviceId: "tv-1");

        Assert.Equal((HttpStatusCode.Created, 1), (second.Status, second.Number("active")));
        var replaced = Assert.Single(second.Body.GetProperty("replaced").EnumerateArray());
        Assert.Equal((first.Id, true), (replaced.GetProperty("id").GetString(), replaced.GetProperty("sameDevice").GetBoolean()));
        var gone = await client.HeartbeatAsync(first.Id);
        Assert.Equal((HttpStatusCode.Gone, "replaced"), (gone.Status, gone.Text("reason")));
        Assert.True(gone.Body.GetProperty("sameDevice").GetBoolean());
        Assert.Equal(second.Id, gone.Body.GetProperty("replacedBy").GetProperty("id").GetString());
    }

    [Fact]
    public async Task AnotherDevicesReplacement_IsNotTheSameDevice()
    {
        var first = await client.StartAsync("anna", deviceId: "tv-1");

        var second = await client.StartAsync("anna", replace: [first.Id], deviceId: "tv-2");

        Assert.False(Assert.Single(second.Body.GetProperty("replaced").EnumerateArray()).GetProperty("sameDevice").GetBoolean());
        Assert.False((await client.HeartbeatAsync(first.Id)).Body.GetProperty("sameDevice").GetBoolean());
    }

    [Fact]
    public async Task AStreamThatWasStopped_SaysNothingOfDevices()
    {
        var first = await client.StartAsync("anna", deviceId: "tv-1");
        await client.StopAsync(first.Id);

        Assert.False((await client.HeartbeatAsync(first.Id)).Body.TryGetProperty("sameDevice", out _));
    }

    [Fact]
    public async Task WithCount_TheStreamsOfOneDeviceCountSeparately()
    {
        for (var active = 1; active <= 3; active++)
        {
            Assert.Equal(active, (await client.StartAsync("anna", deviceId: "tv-1", sameDevice: "count")).Number("active"));
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await client.StartAsync("anna", deviceId: "tv-1", sameDevice: "count")).Status);
        Assert.Equal(1, (await client.StartAsync("anna", deviceId: "tv-1", sameDevice: "replace")).Number("active"));
    }

    [Fact]
    public async Task NoResponse_ContainsTheDeviceId()
    {
        const string Secret = "b7c1-the-device";
        var first = await client.StartAsync("anna", "film", "TV", deviceId: Secret);
        ApiResponse[] responses =
        [
            first,
            await client.StartAsync("anna", "film", "TV", deviceId: Secret),
            await client.HeartbeatAsync(first.Id),
            await client.StartAsync("anna", deviceId: Secret, sameDevice: "count"),
            await client.StartAsync("anna"),
            await client.StartAsync("anna"),
            await client.ListAsync("anna"),
        ];

        Assert.Contains(responses, response => response.Status == HttpStatusCode.Forbidden);
        Assert.All(responses, response => Assert.DoesNotContain(Secret, response.Content, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ARetryWithAnotherDevice_IsA422()
    {
        await client.StartAsync("anna", deviceId: "tv-1", idempotencyKey: "play-1");

        foreach (var retry in new[]
        {
            await client.StartAsync("anna", deviceId: "tv-2", idempotencyKey: "play-1"),
            await client.StartAsync("anna", idempotencyKey: "play-1"),
            await client.StartAsync("anna", deviceId: "tv-1", sameDevice: "count", idempotencyKey: "play-1"),
        })
        {
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency-key-reused"), (retry.Status, retry.ProblemType));
        }
    }

    [Theory]
    [InlineData("\"deviceId\":\"\"", "deviceId", "must not be empty")]
    [InlineData("\"deviceId\":5", "deviceId", "must be a string")]
    [InlineData("\"deviceId\":\"a\\u0007\"", "deviceId", "control characters")]
    [InlineData("\"sameDevice\":\"replace\"", "sameDevice", "requires deviceId")]
    [InlineData("\"sameDevice\":\"count\"", "sameDevice", "requires deviceId")]
    [InlineData("\"sameDevice\":\"count\",\"deviceId\":null", "sameDevice", "requires deviceId")]
    [InlineData("\"sameDevice\":\"evict\",\"deviceId\":\"tv-1\"", "sameDevice", "must be \"replace\" or \"count\"")]
    [InlineData("\"sameDevice\":true,\"deviceId\":\"tv-1\"", "sameDevice", "must be a string")]
    [InlineData("\"sameDevice\":\"count\",\"onLimit\":\"evict\"", "sameDevice", "requires deviceId")]
    public async Task AnInvalidDevice_IsA400ThatNamesTheField(string members, string field, string reason)
    {
        var response = await client.PostJsonAsync("/stream-record", $$"""{"userId":"anna","streamId":"film",{{members}}}""");

        Assert.Equal((HttpStatusCode.BadRequest, field), (response.Status, response.Text("field")));
        Assert.Contains(reason, response.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(128, HttpStatusCode.Created)]
    [InlineData(129, HttpStatusCode.BadRequest)]
    public async Task ADeviceId_HasAtMost128CodePoints(int length, HttpStatusCode status)
    {
        var response = await client.StartAsync("anna", deviceId: string.Concat(Enumerable.Repeat("\U0001F600", length)));

        Assert.Equal(status, response.Status);
    }

    [Fact]
    public async Task NullMembers_AreAsIfTheyWereLeftOut() => Assert.Equal(
        HttpStatusCode.Created,
        (await client.PostJsonAsync("/stream-record", """{"userId":"anna","streamId":"film","deviceId":null,"sameDevice":null}""")).Status);
}

/// <summary>
/// An evening of households whose players die without a stop and start again at once: a television that is switched off, an app that is
/// killed, a page that is reloaded.
/// </summary>
public sealed class RestartingPlayersTests
{
    private const int Households = 10;
    private const int Minutes = 60;

    [Theory]
    [InlineData(Store.Embedded)]
    [InlineData(Store.Cosmos)]
    public async Task WithADeviceId_NoPlayerIsRejectedForItsOwnGhost(Store store)
    {
        var without = await RejectionsAsync(store, withDeviceId: false);
        var with = await RejectionsAsync(store, withDeviceId: true);

        Assert.True(without.Rejected > 0, $"Without a device ID no restart of {without.Restarts} was rejected: the evening shows nothing.");
        Assert.Equal(0, with.Rejected);
        Assert.True(with.Restarts > 0);
    }

    /// <summary>Each household plays on as many devices as its limit allows, so that only ghosts can take a place.</summary>
    private static async Task<(int Restarts, int Rejected)> RejectionsAsync(Store store, bool withDeviceId)
    {
        await using var server = new StreamServer().On(store);
        using var client = server.CreateClient();
        var random = new Random(19);
        var devices = new List<Device>();
        for (var household = 0; household < Households; household++)
        {
            devices.AddRange(Enumerable.Range(1, 3).Select(number => new Device($"household {household}", $"device {number}")));
        }

        var (restarts, rejected) = (0, 0);
        for (var halfMinute = 0; halfMinute < 2 * Minutes; halfMinute++)
        {
            foreach (var device in devices)
            {
                var dies = device.Id is not null && random.Next(40) == 0;
                if (device.Id is { } id && !dies)
                {
                    Assert.Equal(HttpStatusCode.OK, (await client.HeartbeatAsync(id)).Status);
                    continue;
                }

                var response = await client.StartAsync(device.UserId, $"film {halfMinute}", device.Name, deviceId: withDeviceId ? device.Name : null);
                restarts += dies ? 1 : 0;
                rejected += response.Status == HttpStatusCode.Forbidden ? 1 : 0;
                device.Id = response.Status == HttpStatusCode.Created ? response.Id : null;
            }

            server.Time.Advance(TimeSpan.FromSeconds(30));
        }

        return (restarts, rejected);
    }

    private sealed class Device(string userId, string name)
    {
        public string UserId => userId;

        public string Name => name;

        /// <summary>The stream record; null where nothing plays.</summary>
        public string? Id { get; set; }
    }
}
