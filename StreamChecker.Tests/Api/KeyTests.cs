using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using StreamChecker.Server;
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
    [InlineData("ASPNETCORE_URLS", "http://[::]:0")]
    [InlineData("ASPNETCORE_URLS", "http://*:0")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:0;http://0.0.0.0:0")]
    [InlineData("Kestrel__Endpoints__Open__Url", "http://0.0.0.0:0")]
    public async Task WithoutKeys_TheServerRefusesToListenBeyondLoopback(string name, string value)
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output) = await ServerProcess.FailAsync(folder.Path, ("Logging__LogLevel__Default", "None"), (name, value));

        Assert.Equal(1, exitCode);
        Assert.Contains("Without keys the service listens on loopback only", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" , ,")]
    public void AKeySettingWithoutAKey_IsRefusedRatherThanTakenForNone(string setting)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(ApiKeys.Setting, setting)]).Build();

        Assert.Contains("holds no key", Assert.Throws<StartRefusedException>(() => new ApiKeys(settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoKeySetting_IsNoKeys() => Assert.False(new ApiKeys(new ConfigurationBuilder().Build()).Any);

    [Theory]
    [InlineData("a,b", "a", true)]
    [InlineData(" a , b ", "b", true)]
    [InlineData("a,,b,a", "", false)]
    [InlineData("a,b", " a", false)]
    public void Keys_AreTrimmedAndAnEmptyOneIsNone(string setting, string given, bool opens)
    {
        var keys = new ApiKeys(new ConfigurationBuilder().AddInMemoryCollection([new(ApiKeys.Setting, setting)]).Build());
        var request = new DefaultHttpContext().Request;
        request.Headers["x-functions-key"] = given;

        Assert.Equal(opens, keys.Open(request));
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:7071", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:7071", HttpStatusCode.OK)]
    [InlineData("[::1]:7071", HttpStatusCode.OK)]
    [InlineData("rebound.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("10.0.0.7", HttpStatusCode.MisdirectedRequest)]
    public async Task WithoutKeys_OnlyARequestThatNamesThisMachineIsAnswered(string host, HttpStatusCode expected)
    {
        await using var keyless = new StreamServer();

        var answer = await keyless.CreateClient().SendAsync(HttpMethod.Get, "/stream-limit?userId=anna", headers: ("Host", host));

        Assert.Equal(expected, answer.Status);
    }

    [Fact]
    public async Task WithKeys_TheServerGoesByAnyName() => Assert.Equal(
        HttpStatusCode.OK,
        (await client.SendAsync(HttpMethod.Get, "/stream-limit?userId=anna", headers: [("Host", "streams.example"), ("x-functions-key", "first-key")])).Status);

    [Fact]
    public async Task WithKeys_TheProcessAsksForThem()
    {
        using var folder = new TemporaryFolder();
        await using var process = await ServerProcess.StartAsync(folder.Path, ("StreamChecker__ApiKeys", "a-key"));
        using var backend = process.CreateClient();

        Assert.Equal(HttpStatusCode.Unauthorized, (await backend.GetLimitAsync("anna")).Status);
        backend.DefaultRequestHeaders.Add("x-functions-key", "a-key");
        Assert.Equal(HttpStatusCode.OK, (await backend.GetLimitAsync("anna")).Status);
    }

    [Fact]
    public async Task WithoutKeys_AUnixSocketIsThisMachine()
    {
        using var folder = new TemporaryFolder();
        using var data = new TemporaryFolder();
        var socket = Path.Combine(folder.Path, "checker.sock");
        await using var process = await ServerProcess.StartAsync(data.Path, ("ASPNETCORE_URLS", $"http://127.0.0.1:0;http://unix:{socket}"));
        using var local = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            },
        })
        { BaseAddress = new("http://localhost") };

        Assert.Equal(HttpStatusCode.OK, (await local.GetLimitAsync("anna")).Status);
    }
}
