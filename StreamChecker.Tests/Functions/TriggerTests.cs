using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace StreamChecker.Tests.Functions;

/// <summary>The two hosts have the same surface.</summary>
public sealed class TriggerTests
{
    /// <summary>
    /// What a browser asks for: the Functions host has a page of its own at the root. And the metrics of one process: the Functions app
    /// sends those of all its instances.
    /// </summary>
    private static readonly string[] OfTheServerAlone = ["/", "/favicon.ico", "/metrics"];

    [Fact]
    public async Task RoutesMethodsAndKeys_AreExactlyTheServers()
    {
        await using var server = new StreamServer();
        var endpoints = server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
        var served = from endpoint in endpoints
                     where !OfTheServerAlone.Contains(endpoint.RoutePattern.RawText)
                     from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                     select (method, endpoint.RoutePattern.RawText!, NeedsKey: endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null);

        var triggered = Trigger.All.Select(trigger => (trigger.Method, trigger.Route, NeedsKey: trigger.Level == AuthorizationLevel.Function));

        Assert.Equal(served.Order(), triggered.Order());
        Assert.All(Trigger.All, trigger => Assert.True(trigger.Level is AuthorizationLevel.Function or AuthorizationLevel.Anonymous));
    }

    [Fact]
    public void Triggers_HaveNamesOfTheirOwn() => Assert.Equal(
        Trigger.All.Select(trigger => trigger.Body).Distinct().Count(),
        Trigger.All.Select(trigger => trigger.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void WhatTakesGet_TakesHeadToo() => Assert.Equal(
        Trigger.All.Where(trigger => trigger.Method == "GET").Select(trigger => trigger.Name).Order(StringComparer.Ordinal),
        Trigger.All.Where(trigger => trigger.Method == "HEAD").Select(trigger => trigger.Name).Order(StringComparer.Ordinal));

    /// <summary>A browser on a page of another origin asks before it posts.</summary>
    [Fact]
    public void WhatPlayersCall_TakesOptionsToo() => Assert.Equal(
        Trigger.All.Where(trigger => trigger.Method == "POST" && trigger.Level == AuthorizationLevel.Anonymous).Select(trigger => trigger.Name).Order(StringComparer.Ordinal),
        Trigger.All.Where(trigger => trigger.Method == "OPTIONS").Select(trigger => trigger.Name).Order(StringComparer.Ordinal));

    /// <summary>The worker fills any other parameter from the query or the body, which would be a second way in.</summary>
    [Fact]
    public void Triggers_TakeTheRequestTheirRoutesParametersAndTheCancellationOnly()
    {
        Assert.All(Trigger.All, trigger =>
        {
            var parameters = trigger.Body.GetParameters();
            Assert.Equal(typeof(HttpRequest), parameters[0].ParameterType);
            Assert.All(parameters.Skip(1), parameter => Assert.True(
                parameter.ParameterType == typeof(CancellationToken)
                || (parameter.ParameterType == typeof(string) && trigger.Route.Contains($"{{{parameter.Name}}}", StringComparison.Ordinal))));
        });
    }
}
