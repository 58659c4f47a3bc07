using System.Net;

namespace StreamChecker.Tests.Players;

/// <summary>Which pages a browser lets make the players' calls, as a browser asks: a preflight, then the call with its origin.</summary>
public sealed class PlayerOriginsTests
{
    private const string Watch = "https://watch.example";

    [Theory]
    [InlineData(Watch, Watch, Watch)]
    [InlineData("https://a.example, https://watch.example", Watch, Watch)]
    [InlineData("https://a.example", Watch, null)]
    [InlineData(Watch, "https://watch.example.evil.example", null)]
    [InlineData(Watch, "http://watch.example", null)]
    [InlineData(Watch, "null", null)]
    [InlineData("*", Watch, "*")]
    [InlineData("*", "null", "*")]
    [InlineData(null, Watch, null)]
    [InlineData(Watch, null, null)]
    public async Task EveryResponse_NamesTheOriginIfItIsAllowed(string? allowed, string? origin, string? expected)
    {
        await using var server = Server(allowed);
        var client = server.CreateDefaultClient();
        var url = UrlOf(await client.StartAsync("anna"));
        (string, string?)[] headers = [("Origin", origin), ("Access-Control-Request-Method", "POST")];
        foreach (var call in new[] { "heartbeat", "stop", "cmcd" })
        {
            var preflight = await client.SendAsync(HttpMethod.Options, $"{url}/{call}", headers: headers);

            Assert.Equal((HttpStatusCode.NoContent, expected), (preflight.Status, HeaderOf(preflight, "Access-Control-Allow-Origin")));
            Assert.Equal(expected is null ? null : "POST", HeaderOf(preflight, "Access-Control-Allow-Methods"));
            Assert.Equal(expected is null ? null : "Content-Type", HeaderOf(preflight, "Access-Control-Allow-Headers"));
            Assert.Equal(allowed is null or "*" ? null : "Origin", HeaderOf(preflight, "Vary"));
        }

        ApiResponse[] responses =
        [
            await PostAsync($"{url}/heartbeat"), await PostAsync($"{url}/cmcd"), await PostAsync($"{url}/cmcd", "text/plain"), await PostAsync($"{url}/stop"),
            await PostAsync($"{url}/heartbeat"), await PostAsync("/player/x/heartbeat"), await PostAsync("/player/x/stop"), await PostAsync("/player/x/cmcd"),
        ];
        Assert.Equal([200, 204, 415, 204, 410, 401, 401, 401], responses.Select(response => (int)response.Status));
        Assert.All(responses, response =>
        {
            Assert.Equal(expected, HeaderOf(response, "Access-Control-Allow-Origin"));
            Assert.Equal(expected is null ? null : "Retry-After", HeaderOf(response, "Access-Control-Expose-Headers"));
            Assert.Equal(allowed is null or "*" ? null : "Origin", HeaderOf(response, "Vary"));
        });

        Task<ApiResponse> PostAsync(string path, string contentType = "application/cmcd") =>
            client.SendAsync(HttpMethod.Post, path, "e=t"u8.ToArray(), contentType, ("Origin", origin));
    }

    [Theory]
    [InlineData("10", HttpStatusCode.TooManyRequests)]
    [InlineData("0", HttpStatusCode.OK)]
    public async Task ARejectionByTheLimits_NamesItToo(string calls, HttpStatusCode expected)
    {
        await using var server = Server(Watch);
        var client = server.CreateDefaultClient();
        var url = UrlOf(await client.StartAsync("anna"));
        for (var call = 0; call < int.Parse(calls, System.Globalization.CultureInfo.InvariantCulture); call++)
        {
            await client.PostAsync($"{url}/heartbeat", [], null);
        }

        var response = await client.SendAsync(HttpMethod.Post, $"{url}/heartbeat", headers: ("Origin", Watch));

        Assert.Equal((expected, Watch), (response.Status, HeaderOf(response, "Access-Control-Allow-Origin")));
    }

    /// <summary>A page has no key, and must not be led to use one.</summary>
    [Fact]
    public async Task TheCallsOfTheBackend_NameNoOrigin()
    {
        await using var server = Server("*");
        var client = server.CreateDefaultClient();

        var started = await client.SendAsync(
            HttpMethod.Post, "/stream-record", """{"userId":"anna","streamId":"film"}"""u8.ToArray(), "application/json", ("Origin", Watch));

        Assert.Equal((HttpStatusCode.Created, null), (started.Status, HeaderOf(started, "Access-Control-Allow-Origin")));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.SendAsync(HttpMethod.Options, "/stream-record", headers: ("Origin", Watch))).Status);
    }

    private static StreamServer Server(string? allowed)
    {
        var server = new StreamServer().With("PlayerKeys", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        return allowed is null ? server : server.With("AllowedOrigins", allowed);
    }

    private static string UrlOf(ApiResponse started) => new Uri(started.Body.GetProperty("player").GetProperty("url").GetString()!).AbsolutePath;

    private static string? HeaderOf(ApiResponse response, string name) =>
        response.Message.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
