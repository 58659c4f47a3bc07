using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Server;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Http;

/// <summary>Who may call the service.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private readonly StreamServer server = new StreamServer().With("ApiKeys", "first-key-of-a-backend,second-key-of-a-backend");
    private readonly HttpClient client;

    public KeyTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Theory]
    [InlineData("first-key-of-a-backend", HttpStatusCode.OK)]
    [InlineData("second-key-of-a-backend", HttpStatusCode.OK)]
    [InlineData("First-key-of-a-backend", HttpStatusCode.Unauthorized)]
    [InlineData("first-key-of-a-backend,second-key-of-a-backend", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task AKeyInTheHeader_OpensTheService(string? key, HttpStatusCode expected) =>
        Assert.Equal(expected, (await client.SendAsync(HttpMethod.Get, "/stream-record?userId=anna", headers: ("x-functions-key", key))).Status);

    [Theory]
    [InlineData("second-key-of-a-backend", HttpStatusCode.OK)]
    [InlineData("third-key-of-a-backend", HttpStatusCode.Unauthorized)]
    public async Task AKeyInTheQuery_OpensTheServiceToo(string key, HttpStatusCode expected) =>
        Assert.Equal(expected, (await client.SendAsync(HttpMethod.Get, $"/stream-record?userId=anna&code={key}")).Status);

    [Theory]
    [InlineData("POST", "/stream-record")]
    [InlineData("POST", "/stream-record/x/heartbeat")]
    [InlineData("GET", "/stream-record/x")]
    [InlineData("DELETE", "/stream-record/x")]
    [InlineData("GET", "/stream-record")]
    [InlineData("DELETE", "/stream-record")]
    [InlineData("GET", "/stream-limit")]
    [InlineData("PUT", "/stream-limit")]
    [InlineData("DELETE", "/stream-limit")]
    public async Task WithoutAKey_EveryCallIsA401(string method, string path)
    {
        var response = await client.SendAsync(new HttpMethod(method), path);

        Assert.Equal((HttpStatusCode.Unauthorized, "key-required"), (response.Status, response.ProblemType));
        Assert.NotEmpty(response.Message.Headers.WwwAuthenticate);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_StaysOpen(string path) => Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, path)).Status);

    [Fact]
    public async Task KeysAsSettingsOfTheirOwn_AreTakenToo()
    {
        await using var listed = new StreamServer().With("ApiKeys:0", "one-key-of-a-backend").With("ApiKeys:1", "two-keys-of-a-backend");

        Assert.Equal(
            HttpStatusCode.OK,
            (await listed.CreateClient().SendAsync(HttpMethod.Get, "/stream-limit?userId=anna", headers: ("x-functions-key", "two-keys-of-a-backend"))).Status);
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://[::]:0")]
    [InlineData("ASPNETCORE_URLS", "http://*:0")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:0;http://0.0.0.0:0")]
    [InlineData("Kestrel__Endpoints__Open__Url", "http://0.0.0.0:0")]
    public async Task WithoutKeys_TheServerDoesNotListenBeyondLoopback(string name, string value)
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output) = await ServerProcess.FailAsync(folder.Path, ("Logging__LogLevel__Default", "None"), (name, value));

        Assert.Equal(1, exitCode);
        Assert.Contains("Without keys the Server listens on loopback only", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" , ,")]
    public void AKeySettingWithoutAKey_IsRejectedRatherThanTakenForNone(string setting)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(ApiKeys.Setting, setting)]).Build();

        Assert.Contains("contains no key", Assert.Throws<StartupException>(() => new ApiKeys(settings)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("StreamChecker:ApiKeys", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/api-keys)")]
    [InlineData("StreamChecker:ApiKeys", " @microsoft.keyvault(VaultName=v;SecretName=api-keys)")]
    [InlineData("StreamChecker:ApiKeys", "a-key-of-16-chars,@Microsoft.KeyVault(VaultName=v;SecretName=api-keys)")]
    [InlineData("StreamChecker:ApiKeys:0", "@Microsoft.KeyVault(VaultName=v;SecretName=api-keys)")]
    public void AKeyVaultReferenceThatWasNotResolved_IsRejectedRatherThanTakenForAKey(string name, string value)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();

        Assert.StartsWith(
            "StreamChecker__ApiKeys is a Key Vault reference that was not resolved", Assert.Throws<StartupException>(() => new ApiKeys(settings)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("fifteen-letters", 15)]
    [InlineData("a-key-of-16-chars,short", 5)]
    public void AKeyThatCanBeGuessed_IsRejectedAndNotRepeated(string setting, int length)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(ApiKeys.Setting, setting)]).Build();

        var rejection = Assert.Throws<StartupException>(() => new ApiKeys(settings)).Message;

        Assert.StartsWith($"StreamChecker__ApiKeys contains a key of {length} characters; the minimum is 16.", rejection, StringComparison.Ordinal);
        Assert.DoesNotContain("fifteen", rejection, StringComparison.Ordinal);
        Assert.DoesNotContain("short", rejection, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallsWithoutAGoodKey_AreCountedByCause()
    {
        using var telemetry = new RecordedTelemetry(server.Services.GetRequiredService<IMeterFactory>());

        await client.GetLimitAsync("anna");
        await client.SendAsync(HttpMethod.Get, "/stream-limit?userId=anna", headers: ("x-functions-key", "third-key-of-a-backend"));
        await client.SendAsync(HttpMethod.Get, "/stream-limit?userId=anna&code=other");
        await client.SendAsync(HttpMethod.Get, "/stream-limit?userId=anna", headers: ("x-functions-key", "first-key-of-a-backend"));

        Assert.Equal(
            (1d, 2d),
            (telemetry.Sum("stream_checker.keys.rejected", "stream_checker.cause", "missing"), telemetry.Sum("stream_checker.keys.rejected", "stream_checker.cause", "wrong")));
    }

    [Fact]
    public async Task WithoutAKey_TheCallerReadsWhereItBelongs()
    {
        var detail = (await client.GetLimitAsync("anna")).Text("detail");

        Assert.Contains("x-functions-key", detail, StringComparison.Ordinal);
        Assert.Contains("code", detail, StringComparison.Ordinal);
    }

    [Fact]
    public void NoKeySetting_IsNoKeys() => Assert.False(new ApiKeys(new ConfigurationBuilder().Build()).Any);

    [Theory]
    [InlineData("a-key-of-16-chars,b-key-of-16-chars", "a-key-of-16-chars", true)]
    [InlineData(" a-key-of-16-chars , b-key-of-16-chars ", "b-key-of-16-chars", true)]
    [InlineData("a-key-of-16-chars,,b-key-of-16-chars,a-key-of-16-chars", "", false)]
    [InlineData("a-key-of-16-chars,b-key-of-16-chars", " a-key-of-16-chars", false)]
    public void Keys_AreTrimmedAndAnEmptyOneIsNone(string setting, string given, bool opens)
    {
        var keys = new ApiKeys(new ConfigurationBuilder().AddInMemoryCollection([new(ApiKeys.Setting, setting)]).Build());
        var request = new DefaultHttpContext().Request;
        request.Headers["x-functions-key"] = given;

        Assert.Equal(opens ? KeyCheck.Opens : KeyCheck.Wrong, keys.Check(request));
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:7071", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:7071", HttpStatusCode.OK)]
    [InlineData("[::1]:7071", HttpStatusCode.OK)]
    [InlineData("rebound.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("10.0.0.7", HttpStatusCode.MisdirectedRequest)]
    public async Task WithoutKeys_OnlyARequestThatNamesThisMachineIsAccepted(string host, HttpStatusCode expected)
    {
        await using var keyless = new StreamServer();

        var response = await keyless.CreateClient().SendAsync(HttpMethod.Get, "/stream-limit?userId=anna", headers: ("Host", host));

        Assert.Equal(expected, response.Status);
        if (expected == HttpStatusCode.MisdirectedRequest)
        {
            Assert.Contains("localhost", response.Text("detail"), StringComparison.Ordinal);
            Assert.Contains("StreamChecker__ApiKeys", response.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WithKeys_TheServerGoesByAnyName() => Assert.Equal(
        HttpStatusCode.OK,
        (await client.SendAsync(HttpMethod.Get, "/stream-limit?userId=anna", headers: [("Host", "streams.example"), ("x-functions-key", "first-key-of-a-backend")])).Status);

    [Fact]
    public async Task WithKeys_TheProcessAsksForThem()
    {
        using var folder = new TemporaryFolder();
        await using var process = await ServerProcess.StartAsync(folder.Path, ("StreamChecker__ApiKeys", "a-key-of-a-backend"));
        using var backend = process.CreateClient();

        Assert.Equal(HttpStatusCode.Unauthorized, (await backend.GetLimitAsync("anna")).Status);
        backend.DefaultRequestHeaders.Add("x-functions-key", "a-key-of-a-backend");
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
