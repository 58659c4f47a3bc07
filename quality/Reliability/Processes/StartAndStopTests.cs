using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace StreamChecker.Reliability.Processes;

/// <summary>What a Server says when it starts and when it stops, and how long it waits for clients that do not end.</summary>
public sealed partial class StartAndStopTests : IDisposable
{
    private const string Head = "POST /stream-record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 35\r\n";
    private const string Body = """{"userId":"anna","streamId":"film"}""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AStart_IsOneLineWithAllThatAnOperatorLooksFor()
    {
        await using var server = await ServerProcess.StartAsync(folder.Path, ("StreamChecker__LeaseSeconds", "100"), ("StreamChecker__MaxConcurrentStreams", "5"));
        await server.StopAsync();

        var line = Assert.Single(server.Output.Split('\n'), line => line.Contains("Stream Checker 0.", StringComparison.Ordinal));
        var address = server.Address.ToString().TrimEnd('/');
        Assert.Matches(TimeStamp(), line);
        Assert.Contains(
            $"listens on {address}, documentation at {address}/docs: the embedded engine in {folder.Path}; limit 5, lease 100 s, heartbeat every 30 s, keys off",
            line, StringComparison.Ordinal);
        Assert.All(server.Output.Trim().Split('\n'), line => Assert.Matches(TimeStamp(), line));
    }

    [Theory]
    [InlineData("StreamCheker__LeaseSeconds", true)]
    [InlineData("STREAMCHECKERS__LeaseSeconds", true)]
    [InlineData("StreamChecker_LeaseSeconds", true)]
    [InlineData("STREAM_CHECKER_SOMETHING", false)]
    [InlineData("Path__LeaseSeconds", false)]
    public async Task ASettingThatLooksLikeAMisspelledOne_IsWarnedOfOnce(string setting, bool warned)
    {
        await using var server = await ServerProcess.StartAsync(folder.Path, (setting, "7"));
        await server.StopAsync();

        Assert.Equal(warned ? 1 : 0, server.Output.Split($"{setting} is not a setting of Stream Checker").Length - 1);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0;http://127.0.0.1:0", 1)]
    [InlineData("http://127.0.0.1:0", 0)]
    public async Task KeysOverPlainHttpBeyondLoopback_AreWarnedOfOnce(string urls, int warnings)
    {
        await using var server = await ServerProcess.StartAsync(folder.Path, ("ASPNETCORE_URLS", urls), ("StreamChecker__ApiKeys", "a-key-of-a-backend"));
        await server.StopAsync();

        Assert.Equal(warnings, server.Output.Split("API keys are sent unencrypted").Length - 1);
        Assert.Contains("keys on", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a-key-of-a-backend", server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "which is not an http address")]
    [InlineData("closed", "is unreachable")]
    public async Task ACollectorThatIsNotThere_IsOneWarningAndTheServiceWorks(string endpoint, string warning)
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = endpoint == "closed" ? $"http://127.0.0.1:{((IPEndPoint)bound.LocalEndPoint!).Port}" : endpoint;
        await using var server = await ServerProcess.StartAsync(folder.Path, ("OTEL_EXPORTER_OTLP_ENDPOINT", address), ("OTEL_METRIC_EXPORT_INTERVAL", "100"));
        using var client = server.CreateClient();

        Assert.Equal(HttpStatusCode.Created, (await client.StartAsync("anna")).Status);
        await WaitForAsync(server, warning);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(1, server.Output.Split(warning).Length - 1);
        Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
    }

    /// <summary>The web server would give half a header 30 seconds.</summary>
    [Fact]
    public async Task AStop_WaitsForTheDeadlineAndTwoSeconds_AndSaysForWhat()
    {
        await using var server = await ServerProcess.StartAsync(folder.Path, ("StreamChecker__DeadlineSeconds", "3"));
        using var halfHeader = await RawConnection.OpenAsync(server.Address);
        await halfHeader.SendAsync(Head);
        using var halfBody = await RawConnection.OpenAsync(server.Address);
        await halfBody.SendAsync($"{Head}\r\n{Body[..10]}");
        using var client = server.CreateClient();
        Assert.Equal(HttpStatusCode.Created, (await client.StartAsync("bert")).Status);

        var began = System.Diagnostics.Stopwatch.StartNew();
        var stopped = server.StopAsync();
        var response = await halfBody.ReadAsync();

        Assert.Equal(0, await stopped);
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(25), $"The stop took {began.Elapsed}.");
        Assert.StartsWith("HTTP/1.1 408", response, StringComparison.Ordinal);
        Assert.Contains("/problems/body-too-slow", response, StringComparison.Ordinal);
        Assert.Matches(@"Stopping: 1 requests are in progress, \d+ connections are open; the time limit is 5 s", server.Output);
        Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
        Assert.Contains("Stopped: every request was completed", server.Output, StringComparison.Ordinal);
        await using var next = await ServerProcess.StartAsync(folder.Path);
    }

    private static async Task WaitForAsync(ServerProcess server, string text)
    {
        for (var patience = 600; !server.Output.Contains(text, StringComparison.Ordinal) && patience > 0; patience--)
        {
            await Task.Delay(100);
        }
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warn): ")]
    private static partial Regex TimeStamp();
}
