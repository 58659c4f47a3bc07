using System.Net;
using InProcessCosmos.Execution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InProcessCosmos.Gateway;

/// <summary>
/// The Cosmos DB gateway on a port of its own, on 127.0.0.1 alone. It is a second web server in this process, so that
/// nothing of the service's surface is reached through it, nor the other way round.
/// </summary>
internal sealed partial class CosmosGatewayListener(IOptions<CosmosGatewayOptions> settings, DocumentEngine engine, ILogger<CosmosGatewayListener> logger)
    : IHostedService
{
    private readonly CosmosGateway gateway = new(engine, new(settings.Value.Key), logger);
    private WebApplication? server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, settings.Value.Port!.Value);
            kestrel.Limits.MaxRequestBodySize = CosmosGateway.MaxBodyBytes;
            kestrel.AddServerHeader = false;
        });
        server = builder.Build();
        server.Run(HandleAsync);
        await server.StartAsync(cancellationToken);
        LogListening(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (server is not null)
        {
            await server.StopAsync(cancellationToken);
            await server.DisposeAsync();
        }
    }

    [LoggerMessage(101, LogLevel.Information, "The Cosmos DB gateway is at {Address}")]
    private partial void LogListening(string address);

    /// <summary>
    /// The path and the query as they came. The path of ASP.NET Core is decoded already, except for slashes: encoded again, what was sent
    /// as <c>%2541</c> and what was sent as <c>%41</c> would be the same.
    /// </summary>
    private static string TargetAsSent(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/'))
        {
            // http://host/path: what proxies are sent.
            var host = target.IndexOf("://", StringComparison.Ordinal);
            var path = host < 0 ? -1 : target.IndexOf('/', host + 3);
            target = path < 0 ? "/" : target[path..];
        }

        var end = target.IndexOf('#');
        return end < 0 ? target : target[..end];
    }

    private static string? Header(HttpRequest request, string name) => request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    private async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Host.Host is not ("127.0.0.1" or "localhost"))
        {
            // A page in a browser may have had its own name lead here.
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return;
        }

        using var body = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (BadHttpRequestException rejection)
        {
            context.Response.StatusCode = rejection.StatusCode;
            return;
        }

        var result = await gateway.HandleAsync(
            new(request.Method, new(request.GetEncodedUrl()), TargetAsSent(context), name => Header(request, name), body.ToArray()), context.RequestAborted);
        context.Response.StatusCode = result.Status;
        foreach (var (name, value) in result.Headers)
        {
            context.Response.Headers.Append(name, value);
        }

        if (!result.Body.IsEmpty)
        {
            context.Response.ContentLength = result.Body.Length;
            await context.Response.Body.WriteAsync(result.Body, context.RequestAborted);
        }
    }
}

/// <summary>Adds the gateway to a host.</summary>
public static class CosmosGatewayServices
{
    /// <summary>
    /// Adds a listener on 127.0.0.1 that serves the Cosmos DB REST API over the <see cref="DocumentEngine"/> among the services. It starts
    /// and stops with the host. Its settings are <see cref="CosmosGatewayOptions"/>.
    /// </summary>
    public static IServiceCollection AddCosmosGateway(this IServiceCollection services)
    {
        services.AddOptions<CosmosGatewayOptions>()
            .Validate(options => options.HasPort, "The Cosmos DB gateway needs a port: a whole number from 0 to 65535.")
            .Validate(options => options.HasKey, "The key of the Cosmos DB gateway must be base64.");
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<CosmosGatewayListener>();
        return services;
    }
}

/// <summary>The settings of the gateway's listener.</summary>
public sealed class CosmosGatewayOptions
{
    /// <summary>The key that every Cosmos DB emulator has, and that its users have in their settings. It protects nothing.</summary>
    public const string EmulatorKey = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

    /// <summary>The port on 127.0.0.1, from 0 to 65535; 0 takes any that is free.</summary>
    public int? Port { get; set; }

    /// <summary>The account's key, in base64. By default the one that every Cosmos DB emulator has.</summary>
    public string Key { get; set; } = EmulatorKey;

    /// <summary>Whether <see cref="Port"/> is a port.</summary>
    public bool HasPort => Port is >= 0 and <= ushort.MaxValue;

    /// <summary>Whether <see cref="Key"/> is base64.</summary>
    public bool HasKey => MasterKey.IsWellFormed(Key);
}
