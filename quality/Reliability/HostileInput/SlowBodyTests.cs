using System.Net;

namespace StreamChecker.Reliability.HostileInput;

/// <summary>Slow bodies delay their senders, and no other caller.</summary>
public sealed class SlowBodyTests
{
    private const string Head = "POST /stream-record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 16000\r\n\r\n{";

    /// <summary>The Server works on 1,024 calls at a time.</summary>
    private const int More = 1_100;

    [Fact]
    public async Task MoreSlowBodiesThanThereArePlaces_BlockNoOtherCaller()
    {
        await using var server = new StreamServer();
        var address = server.Listen();
        var connections = await Task.WhenAll(Enumerable.Range(0, More).Select(_ => RawConnection.OpenAsync(address)));
        await Task.WhenAll(connections.Select(connection => connection.SendAsync(Head)));
        using var client = new HttpClient { BaseAddress = address };

        Assert.Equal(HttpStatusCode.Created, (await client.StartAsync("anna")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.ListAsync("anna")).Status);

        var responses = Task.WhenAll(connections.Select(connection => connection.ReadAsync("\"status\":408")));
        while (!responses.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(10);
        }

        Assert.All(await responses, response =>
        {
            Assert.StartsWith("HTTP/1.1 408", response, StringComparison.Ordinal);
            Assert.Contains("Connection: close", response, StringComparison.Ordinal);
            Assert.Contains("/problems/body-too-slow", response, StringComparison.Ordinal);
        });
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    [Theory]
    [InlineData("POST", "/stream-record")]
    [InlineData("PUT", "/stream-limit?userId=anna")]
    public async Task ABodyThatIsNotThereInTime_IsA408(string method, string path)
    {
        await using var server = new StreamServer().With("DeadlineSeconds", 2);
        using var client = server.CreateDefaultClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new EndlessBody() };

        var sending = client.SendAsync(request);
        while (!sending.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        var response = await ApiResponse.ReadAsync(await sending);
        Assert.Equal((HttpStatusCode.RequestTimeout, "body-too-slow"), (response.Status, response.ProblemType));
        Assert.Equal("The body did not arrive within 2 seconds.", response.Text("detail"));
    }
}
