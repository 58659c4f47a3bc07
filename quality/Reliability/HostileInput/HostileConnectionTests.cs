using System.Net;
using System.Text;

namespace StreamChecker.Reliability.HostileInput;

/// <summary>What only a real connection to the real process can do to it.</summary>
public sealed class HostileConnectionTests(HostileConnectionTests.OneServer one) : IClassFixture<HostileConnectionTests.OneServer>
{
    private const string Body = """{"userId":"anna","streamId":"film"}""";

    private readonly HttpClient client = one.Client;

    [Fact]
    public async Task Pipelining_HasItsResponsesInOrder()
    {
        using var connection = await OpenAsync();
        var users = Enumerable.Range(0, 200).Select(i => $"piped {i}.").ToList();

        await connection.SendAsync(string.Concat(users.Select(user => Post(Body.Replace("anna", user, StringComparison.Ordinal)))));
        var responses = (await connection.ReadAsync("HTTP/1.1 201", times: 200)).Split("\"userId\":\"").Skip(1);

        Assert.All(responses.Zip(users), pair => Assert.StartsWith(pair.Second, pair.First, StringComparison.Ordinal));
        Assert.Equal(1, (await client.ListAsync("piped 199.")).Number("active"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ABodyOf10Megabytes_IsRejectedAndNotRead(bool chunked)
    {
        using var connection = await OpenAsync();
        await connection.SendAsync(Head(chunked ? "Transfer-Encoding: chunked" : "Content-Length: 10000000"));
        var sending = Task.Run(async () =>
        {
            var piece = new byte[100_000];
            Array.Fill(piece, (byte)' ');
            for (var i = 0; i < 100; i++)
            {
                await connection.SendAsync(chunked ? [.. "186A0\r\n"u8, .. piece, .. "\r\n"u8] : piece);
            }
        });

        Assert.StartsWith("HTTP/1.1 413", await connection.ReadAsync("body-too-large"), StringComparison.Ordinal);
        await sending;
        await AssertServesAsync();
    }

    [Fact]
    public async Task AFloodOfHeaders_IsRejected()
    {
        using var connection = await OpenAsync();
        await connection.SendAsync(Head(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"X-{i}: {i}\r\n")) + "Content-Length: 0"));

        Assert.StartsWith("HTTP/1.1 431", await connection.ReadAsync(), StringComparison.Ordinal);
        await AssertServesAsync();
    }

    [Fact]
    public async Task BodiesThatNeverEnd_BlockNoOtherCaller()
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => OpenAsync()));
        await Task.WhenAll(connections.Select(connection => connection.SendAsync(Head("Content-Length: 35") + Body[..10])));

        await AssertServesAsync();

        // The web server's patience is 5 seconds.
        Assert.All(await Task.WhenAll(connections.Select(connection => connection.ReadAsync())), response => Assert.DoesNotContain("HTTP/1.1 5", response, StringComparison.Ordinal));
        Assert.Equal(0, (await client.ListAsync("anna")).Number("active"));
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    [Theory]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("GET\r\n\r\n")]
    [InlineData("GET /stream-record?userId=a b HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /stream-record?userId=a HTTP/9.9\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /stream-record?userId=a HTTP/1.1\r\n\r\n")]
    [InlineData("GET /stream-record?userId=a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("POST /stream-record HTTP/1.1\r\nHost: localhost\r\nX-\0: 1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("POST /stream-record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /stream-record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("POST /stream-record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n")]
    [InlineData("POST /stream-record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip, chunkedx\r\n\r\n{}")]
    public async Task WhatIsNoHttp_IsRejected(string request)
    {
        using var connection = await OpenAsync();
        await connection.SendAsync(request);

        Assert.Matches("^(HTTP/1.1 4|HTTP/1.1 505|HTTP/1.1 501|$)", await connection.ReadAsync("\r\n\r\n"));
        await AssertServesAsync();
    }

    [Fact]
    public async Task NoiseOnManyConnections_LeavesTheServiceAsItWas()
    {
        var random = new Random(Effort.Seed);
        for (var i = 0; i < Effort.Times(500); i++)
        {
            using var connection = await OpenAsync();
            var noise = new byte[random.Next(1, 400)];
            random.NextBytes(noise);
            await connection.SendAsync(random.Next(2) == 0 ? [.. Encoding.ASCII.GetBytes(Post(Body)[..random.Next(1, 60)]), .. noise] : noise);
        }

        await AssertServesAsync();
    }

    private static string Head(string headers) =>
        $"POST /stream-record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}\r\n\r\n";

    private static string Post(string body) => Head($"Content-Length: {Encoding.UTF8.GetByteCount(body)}") + body;

    private Task<RawConnection> OpenAsync() => RawConnection.OpenAsync(client.BaseAddress!);

    private async Task AssertServesAsync()
    {
        Assert.Equal(HttpStatusCode.Created, (await client.StartAsync($"user {Guid.NewGuid()}")).Status);
        Assert.DoesNotContain("fail:", one.Output, StringComparison.Ordinal);
    }

    /// <summary>One Server for all of them: no test may affect the next.</summary>
    public sealed class OneServer : IAsyncLifetime
    {
        private readonly TemporaryFolder folder = new();
        private ServerProcess server = null!;

        public HttpClient Client { get; private set; } = null!;

        public string Output => server.Output;

        public async Task InitializeAsync()
        {
            server = await ServerProcess.StartAsync(folder.Path);
            Client = server.CreateClient();
        }

        public async Task DisposeAsync()
        {
            Client.Dispose();
            await server.DisposeAsync();
            folder.Dispose();
        }
    }
}
