using System.Net;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Http;

/// <summary>HEAD returns what GET does, without the body: load balancers probe with it.</summary>
public sealed class HeadTests
{
    private static readonly string[] All =
    [
        "/health/live", "/health/ready", "/stream-record?userId=anna", "/stream-limit?userId=anna",
        "/openapi.json", "/docs", "/docs/swagger-ui.css", "/problems/stream-ended", "/console", "/demo", "/.well-known/jwks.json",
    ];

    public static TheoryData<string> Paths => new(All);

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task HeadOnTheServer_IsGetWithoutTheBody(string path)
    {
        await using var server = new StreamServer();

        await AssertHeadIsGetAsync(server.CreateClient(), path);
    }

    [Theory]
    [InlineData("/stream-record", HttpStatusCode.BadRequest)]
    [InlineData("/problems/nothing", HttpStatusCode.NotFound)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    [InlineData("/stream-record/x/heartbeat", HttpStatusCode.MethodNotAllowed)]
    public async Task WhatGetRejects_HeadRejectsWithoutABody(string path, HttpStatusCode expected)
    {
        await using var server = new StreamServer();

        var response = await server.CreateClient().SendAsync(HttpMethod.Head, path);

        Assert.Equal((expected, "application/problem+json", ""), (response.Status, response.ContentType, response.Content));
    }

    [Theory]
    [InlineData("/stream-record?userId=anna", null, HttpStatusCode.Unauthorized)]
    [InlineData("/stream-record?userId=anna", "the-key-of-a-backend", HttpStatusCode.OK)]
    [InlineData("/health/ready", null, HttpStatusCode.OK)]
    public async Task Head_NeedsTheKeyThatGetNeeds(string path, string? key, HttpStatusCode expected)
    {
        await using var server = new StreamServer().With("ApiKeys", "the-key-of-a-backend");

        Assert.Equal(expected, (await server.CreateClient().SendAsync(HttpMethod.Head, path, headers: ("x-functions-key", key))).Status);
    }

    [Fact]
    public async Task HeadOfAServiceThatIsNotReady_IsA503()
    {
        await using var server = new StreamServer().With(Stores.Busy(TimeSpan.FromSeconds(7)));

        var response = await server.CreateClient().SendAsync(HttpMethod.Head, "/health/ready");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5), ""), (response.Status, response.RetryAfter, response.Content));
    }

    /// <summary>Bytes that follow would be parsed as the next response of the connection.</summary>
    [Fact]
    public async Task OnTheWire_NothingFollowsTheHeaders()
    {
        await using var server = new StreamServer();
        using var connection = await RawConnection.OpenAsync(server.Listen());
        await connection.SendAsync(string.Concat(All.Select(path => $"HEAD {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")));

        var responses = await connection.ReadAsync("\r\n\r\n", All.Length);

        Assert.Equal(All.Length, responses.Split("HTTP/1.1 200 OK\r\n").Length - 1);
        Assert.Equal(All.Length, responses.Split("\r\n\r\n").Length - 1);
        Assert.All(responses.Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries), head => Assert.StartsWith("HTTP/1.1 200 OK", head, StringComparison.Ordinal));
    }

    internal static async Task AssertHeadIsGetAsync(HttpClient client, string path)
    {
        using var get = await client.GetAsync(new Uri(path, UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await client.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (get.StatusCode, head.StatusCode));
        Assert.NotEmpty(await get.Content.ReadAsByteArrayAsync());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Headers.CacheControl, head.Headers.CacheControl);
        if (path != "/docs/swagger-ui.css")
        {
            // That one is unpacked on its way: its length is not known before.
            Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        }
    }
}
