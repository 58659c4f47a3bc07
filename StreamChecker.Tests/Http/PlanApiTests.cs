using System.Net;
using System.Text;
using System.Text.Json;

namespace StreamChecker.Tests.Http;

/// <summary>Plans and tags, over HTTP.</summary>
public sealed class PlanApiTests : IAsyncLifetime
{
    private const string Plans =
        """
        {"default": {"rules": [{"name": "streams", "limit": 3}, {"name": "places", "limit": 1, "distinct": "network", "mode": "observe"}]},
         "premium": {"rules": [{"name": "streams", "limit": 4}, {"name": "uhd", "limit": 1, "where": {"quality": ["uhd"]}}, {"name": "devices", "limit": 1, "distinct": "deviceId", "require": true}]}}
        """;

    private readonly StreamServer server = new StreamServer().With(nameof(StreamCheckerOptions.Plans), Plans);
    private readonly HttpClient client;

    public PlanApiTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task ThePlans_AreListed_WithTheTagsThatTheirRulesRead()
    {
        var plans = (await client.SendAsync(HttpMethod.Get, "/plans")).Body.GetProperty("plans").EnumerateArray().ToList();

        Assert.Equal(["default", "premium"], plans.Select(plan => plan.GetProperty("name").GetString()));
        Assert.Equal([["network"], ["quality"]], plans.Select(plan => plan.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!).ToArray()));
        Assert.Equal("""{"name":"places","limit":1,"mode":"observe","distinct":"network"}""", plans[0].GetProperty("rules")[1].GetRawText());
        Assert.Equal("""{"name":"uhd","limit":1,"mode":"enforce","where":{"quality":["uhd"]}}""", plans[1].GetProperty("rules")[1].GetRawText());
        Assert.Equal("""{"name":"devices","limit":1,"mode":"enforce","distinct":"deviceId","require":["deviceId"]}""", plans[1].GetProperty("rules")[2].GetRawText());
    }

    [Fact]
    public async Task AUsersPlan_IsSet_Read_AndReset()
    {
        var set = await SetAsync("""{"plan":"premium"}""");
        Assert.Equal("""{"userId":"anna","maxConcurrentStreams":4,"isDefault":false,"plan":"premium"}""", set.Body.GetRawText());
        Assert.Equal(set.Body.GetRawText(), (await client.GetLimitAsync("anna")).Body.GetRawText());

        Assert.Equal("""{"userId":"anna","maxConcurrentStreams":9,"isDefault":false,"plan":"premium"}""", (await SetAsync("""{"maxConcurrentStreams":9}""")).Body.GetRawText());
        Assert.Equal("""{"userId":"anna","maxConcurrentStreams":9,"isDefault":false,"plan":"default"}""", (await SetAsync("""{"plan":null}""")).Body.GetRawText());
        Assert.Equal("""{"userId":"anna","maxConcurrentStreams":4,"isDefault":false,"plan":"premium"}""", (await SetAsync("""{"maxConcurrentStreams":null,"plan":"premium"}""")).Body.GetRawText());

        Assert.Equal(HttpStatusCode.NoContent, (await client.ResetLimitAsync("anna")).Status);
        Assert.Equal("""{"userId":"anna","maxConcurrentStreams":3,"isDefault":true,"plan":"default"}""", (await client.GetLimitAsync("anna")).Body.GetRawText());
    }

    [Fact]
    public async Task ARejection_HasTheFirstViolation_AndAll()
    {
        await SetAsync("""{"plan":"premium"}""");
        var tv = await StartAsync("""{"userId":"anna","streamId":"film","deviceId":"tv","tags":{"quality":"uhd"}}""");

        var rejected = await StartAsync("""{"userId":"anna","streamId":"match","deviceId":"phone","tags":{"quality":"uhd"}}""");

        Assert.Equal((HttpStatusCode.Forbidden, "stream-limit-reached", 1, 1), (rejected.Status, rejected.ProblemType, rejected.Number("limit"), rejected.Number("active")));
        Assert.Equal("The limit of the rule uhd is 1; 1 count already.", rejected.Text("detail"));
        var violations = rejected.Body.GetProperty("violations").EnumerateArray().ToList();
        Assert.Equal(["uhd", "devices"], violations.Select(violation => violation.GetProperty("rule").GetString()));
        Assert.All(violations, violation => Assert.Equal(tv.Id, violation.GetProperty("streams")[0].GetProperty("id").GetString()));
        Assert.Equal(TimeSpan.FromSeconds(90), rejected.RetryAfter);
    }

    [Fact]
    public async Task AnObservedRule_IsNamedInTheResponse()
    {
        var home = await StartAsync("""{"userId":"anna","streamId":"film","tags":{"network":"home"}}""");
        var hotel = await StartAsync("""{"userId":"anna","streamId":"film","tags":{"network":"hotel"}}""");

        Assert.False(home.Body.TryGetProperty("observed", out _));
        Assert.Equal((HttpStatusCode.Created, """["places"]"""), (hotel.Status, hotel.Body.GetProperty("observed").GetRawText()));
    }

    [Fact]
    public async Task AMissingValue_IsA400ThatNamesIt()
    {
        var missing = await StartAsync("""{"userId":"anna","streamId":"film","plan":"premium"}""");

        Assert.Equal((HttpStatusCode.BadRequest, "deviceId", "deviceId is required by a rule of the user's plan."), (missing.Status, missing.Text("field"), missing.Text("detail")));
        await using var other = new StreamServer().With(nameof(StreamCheckerOptions.Plans), """{"default":{"rules":[{"name":"streams","limit":1},{"name":"uhd","limit":1,"per":"quality","require":true}]}}""");
        Assert.Equal("tags.quality", (await other.CreateClient().PostJsonAsync("/stream-record", """{"userId":"anna","streamId":"film"}""")).Text("field"));
    }

    [Theory]
    [InlineData(""" "tags": [] """, "tags", "tags must be an object with a string for each tag.")]
    [InlineData(""" "tags": {"quality": 4} """, "tags.quality", "tags.quality must be a string.")]
    [InlineData(""" "tags": {"quality": ""} """, "tags.quality", "tags.quality must not be empty.")]
    [InlineData(""" "tags": {"quality": "uhd", "quality": "hd"} """, "tags.quality", "tags.quality is given more than once.")]
    [InlineData(""" "tags": {"Quality": "uhd"} """, "tags.Quality", "tags.Quality must be a lower-case letter, then up to 31 letters or digits.")]
    [InlineData(""" "tags": {"deviceId": "tv"} """, "tags.deviceId", "tags.deviceId is the name of a field; use another name.")]
    [InlineData(""" "tags": {"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1","g":"1","h":"1","i":"1"} """, "tags", "tags must be 8 at most.")]
    [InlineData(""" "tags": {"quality": "\ud800"} """, "tags.quality", "tags.quality must be valid Unicode.")]
    [InlineData(""" "plan": "gold" """, "plan", "plan is not one of the plans: default, premium.")]
    [InlineData(""" "plan": 7 """, "plan", "plan must be a string.")]
    public async Task AnInvalidTagOrPlan_IsA400ThatNamesIt(string member, string field, string detail)
    {
        var response = await StartAsync($$"""{"userId":"anna","streamId":"film",{{member}}}""");

        Assert.Equal((HttpStatusCode.BadRequest, field, detail), (response.Status, response.Text("field"), response.Text("detail")));
    }

    [Fact]
    public async Task Tags_Have256BytesAtMost_InUtf8()
    {
        string Body(int letters) => JsonSerializer.Serialize(new { userId = "anna", streamId = "film", tags = new { network = new string('ä', letters) } });

        Assert.Equal(HttpStatusCode.Created, (await StartAsync(Body(124))).Status);
        var tooLong = await StartAsync(Body(125));
        Assert.Equal((HttpStatusCode.BadRequest, "tags must have 256 bytes at most, names and values together."), (tooLong.Status, tooLong.Text("detail")));
    }

    [Theory]
    [InlineData("{}", "maxConcurrentStreams is missing.")]
    [InlineData("""{"plan":"gold"}""", "plan is not one of the plans: default, premium.")]
    [InlineData("""{"plan":{}}""", "plan must be a string.")]
    [InlineData("""{"maxConcurrentStreams":101,"plan":"premium"}""", "maxConcurrentStreams must be a whole number from 0 to 100.")]
    public async Task AnInvalidChange_IsA400_AndChangesNothing(string body, string detail)
    {
        Assert.Equal(detail, (await SetAsync(body)).Text("detail"));
        Assert.True((await client.GetLimitAsync("anna")).Body.GetProperty("isDefault").GetBoolean());
    }

    [Fact]
    public async Task ARepeatedKey_WithOtherTags_IsRejected()
    {
        Task<ApiResponse> Start(string tags) => client.SendAsync(
            HttpMethod.Post, "/stream-record", Encoding.UTF8.GetBytes($$"""{"userId":"anna","streamId":"film","tags":{{tags}}}"""), "application/json", ("Idempotency-Key", "play-1"));

        Assert.Equal(HttpStatusCode.Created, (await Start("""{"quality":"uhd","type":"live"}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await Start("""{"type":"live","quality":"uhd"}""")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Start("""{"quality":"uhd"}""")).Status);
    }

    private Task<ApiResponse> StartAsync(string body) => client.PostJsonAsync("/stream-record", body);

    private Task<ApiResponse> SetAsync(string body) => client.SendAsync(HttpMethod.Put, "/stream-limit?userId=anna", Encoding.UTF8.GetBytes(body), "application/json");
}
