using System.Net;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Http;

/// <summary><c>GET /user</c> and <c>DELETE /user</c>.</summary>
public sealed class UserApiTests : IAsyncLifetime
{
    private readonly StreamServer server = new();
    private readonly HttpClient client;

    public UserApiTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task Get_ReturnsEverythingThatIsHeld()
    {
        var first = await client.StartAsync("anna", "film", "TV", deviceId: "tv-1");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await client.StartAsync("anna", "match", "TV", deviceId: "tv-1");
        await client.SetLimitAsync("anna", 5);

        var response = await client.GetUserAsync("anna");

        Assert.Equal((HttpStatusCode.OK, "anna", 5), (response.Status, response.Text("userId"), response.Number("maxConcurrentStreams")));
        var records = response.Body.GetProperty("records").EnumerateArray().ToList();
        Assert.Equal([first.Id, second.Id], records.Select(record => record.GetProperty("id").GetString()));
        Assert.All(records, record => Assert.Equal("tv-1", record.GetProperty("deviceId").GetString()));
        Assert.Equal(("replaced", second.Id), (records[0].GetProperty("reason").GetString(), records[0].GetProperty("replacedBy").GetProperty("id").GetString()));
        Assert.Equal(server.Time.GetUtcNow().AddSeconds(690), records[1].GetProperty("forgottenAt").GetDateTimeOffset());
        Assert.Equal("setLimit", Assert.Single(response.Body.GetProperty("operations").EnumerateArray()).GetProperty("operation").GetString());
    }

    [Fact]
    public async Task Delete_ErasesTheUser_AndEndsTheirStreams()
    {
        var stream = await client.StartAsync("anna", deviceId: "tv-1");
        await client.SetLimitAsync("anna", 5);

        Assert.Equal(HttpStatusCode.NoContent, (await client.EraseUserAsync("anna")).Status);

        Assert.Equal("unknown", (await client.HeartbeatAsync(stream.Id)).Text("reason"));
        Assert.True((await client.GetLimitAsync("anna")).Body.GetProperty("isDefault").GetBoolean());
        var data = await client.GetUserAsync("anna");
        Assert.Equal((0, 0), (data.Body.GetProperty("records").GetArrayLength(), data.Body.GetProperty("operations").GetArrayLength()));
        Assert.Equal(HttpStatusCode.NoContent, (await client.EraseUserAsync("anna")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?userId=")]
    [InlineData("?userId=anna&userId=bert")]
    public async Task WithoutAUser_BothAreA400(string query)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            var response = await client.SendAsync(method, "/user" + query);

            Assert.Equal((HttpStatusCode.BadRequest, "userId"), (response.Status, response.Text("field")));
        }
    }

    [Theory]
    [InlineData(Store.Embedded)]
    [InlineData(Store.Cosmos)]
    public async Task AnEraseWhoseResponseWasLost_IsUnknown_AndRepeatedItLeavesNothing(Store store)
    {
        LostResponses? wire = null;
        await using var lossy = new StreamServer().On(store).With(TimeProvider.System).Before(partitions => wire = new(partitions));
        using var backend = lossy.CreateClient();
        await backend.StartAsync("anna");
        wire!.LoseOne();

        var first = await backend.EraseUserAsync("anna");
        var started = await backend.StartAsync("anna", "match");
        var again = await backend.EraseUserAsync("anna");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome-unknown", TimeSpan.FromSeconds(10)), (first.Status, first.ProblemType, first.RetryAfter));
        Assert.Equal(1, started.Number("active"));
        Assert.Equal(HttpStatusCode.NoContent, again.Status);
        Assert.Equal(0, (await backend.GetUserAsync("anna")).Body.GetProperty("records").GetArrayLength());
    }
}
