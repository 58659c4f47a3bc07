using System.Net;
using StreamChecker.Tests.Hosting;
using StreamChecker.Tests.Processes;

namespace StreamChecker.Tests.Api;

/// <summary>Who may call the service.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private readonly StreamServer server = new StreamServer().With("ApiKeys", "first-key,second-key");
    private readonly HttpClient client;

    public KeyTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Theory]
    [InlineData("first-key", HttpStatusCode.OK)]
    [InlineData("second-key", HttpStatusCode.OK)]
    [InlineData("First-key", HttpStatusCode.Unauthorized)]
    [InlineData("first-key,second-key", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task AKeyInTheHeader_OpensTheService(string? key, HttpStatusCode expected) =>
        Assert.Equal(expected, (await client.SendAsync(HttpMethod.Get, "/stream-record?userId=anna", headers: ("x-functions-key", key))).Status);

    [Theory]
    [InlineData("second-key", HttpStatusCode.OK)]
    [InlineData("third-key", HttpStatusCode.Unauthorized)]
    public async Task AKeyInTheQuery_OpensTheServiceToo(string key, HttpStatusCode expected) =>
        Assert.Equal(expected, (await client.SendAsync(HttpMethod.Get, $"/stream-record?userId=anna&code={key}")).Status);

    [Theory]
    [InlineData("POST", "/stream-record")]
    [InlineData("POST", "/stream-record/x/heartbeat")]
    [InlineData("DELETE", "/stream-record/x")]
    [InlineData("GET", "/stream-record")]
    [InlineData("DELETE", "/stream-record")]
    [InlineData("GET", "/stream-limit")]
    [InlineData("PUT", "/stream-limit")]
    [InlineData("DELETE", "/stream-limit")]
    public async Task WithoutAKey_EveryCallIsA401(string method, string path)
    {
        var answer = await client.SendAsync(new HttpMethod(method), path);

        Assert.Equal((HttpStatusCode.Unauthorized, "key-required"), (answer.Status, answer.ProblemType));
        Assert.NotEmpty(answer.Response.Headers.WwwAuthenticate);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_StaysOpen(string path) => Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, path)).Status);

    [Fact]
    public async Task KeysAsSettingsOfTheirOwn_AreTakenToo()
    {
        await using var listed = new StreamServer().With("ApiKeys:0", "one").With("ApiKeys:1", "two");

        Assert.Equal(
            HttpStatusCode.OK,
            (await listed.CreateClient().SendAsync(HttpMethod.Get, "/stream-limit?userId=anna", headers: ("x-functions-key", "two"))).Status);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://*:0")]
    public async Task WithoutKeys_TheServerRefusesToListenBeyondLoopback(string url)
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output) = await ServerProcess.FailAsync(folder.Path, ("ASPNETCORE_URLS", url), ("Logging__LogLevel__Default", "None"));

        Assert.Equal(1, exitCode);
        Assert.Contains("Without keys the service listens on loopback only", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }
}
