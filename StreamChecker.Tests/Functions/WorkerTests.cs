using System.Net;
using StreamChecker.Tests.Contract;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Functions;

/// <summary>The service as the built Functions app serves it, through the host, the worker and the gateway.</summary>
[Collection(BuiltAppTests.Name)]
public sealed class WorkerTests(BuiltApp app)
{
    private readonly HttpClient client = app.Host.CreateClient(new KeptContract());

    [Fact]
    public async Task Start_ThroughTheWorker_IsInTheAccount()
    {
        var user = NewUser();

        var started = await client.StartAsync(user, "film", "TV");

        Assert.Equal((HttpStatusCode.Created, 1), (started.Status, started.Number("active")));
        Assert.Equal($"/stream-record/{started.Id}", started.Response.Headers.Location!.OriginalString);
        using var server = app.Server.CreateClient();
        server.DefaultRequestHeaders.Add("x-functions-key", Host.FunctionsHost.Key);
        Assert.Equal(["TV"], (await server.ListAsync(user)).Devices);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/openapi.json")]
    [InlineData("/docs")]
    [InlineData("/docs/swagger-ui.css")]
    [InlineData("/problems/stream-limit-reached")]
    public async Task AnonymousTriggers_NeedNoKey(string path)
    {
        using var stranger = app.Host.CreateStranger(new KeptContract());

        using var response = await stranger.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("GET", "/stream-records", HttpStatusCode.NotFound)]
    [InlineData("PATCH", "/stream-record", HttpStatusCode.NotFound)]
    [InlineData("HEAD", "/stream-limit", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/stream-record", HttpStatusCode.NotFound)]
    [InlineData("GET", "/stream-record?userId=anna", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/stream-record?userId=anna&code=wrong", HttpStatusCode.Unauthorized)]
    public async Task WhatTheHostRejectsItself_HasNoBody(string method, string path, HttpStatusCode expected)
    {
        using var stranger = app.Host.CreateStranger();

        var response = await stranger.SendAsync(new HttpMethod(method), path);

        Assert.Equal((expected, ""), (response.Status, response.Content));
    }

    [Fact]
    public async Task AKeyInTheQuery_OpensTheDoorToo()
    {
        using var stranger = app.Host.CreateStranger(new KeptContract());

        Assert.Equal(HttpStatusCode.OK, (await stranger.SendAsync(HttpMethod.Get, $"/stream-record?userId=anna&code={Host.FunctionsHost.Key}")).Status);
    }

    private static string NewUser() => $"user {Guid.NewGuid()}";
}
