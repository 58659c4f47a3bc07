using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Reliability.Functions.Host.Protocol;
using Yarp.ReverseProxy.Forwarder;

namespace StreamChecker.Reliability.Functions.Host;

/// <summary>
/// The Functions host's HTTP side: finds the function by route and method, checks the key, and sends the request to the worker over HTTP and
/// the invocation over gRPC at once. Its own responses (404, 401) have no body.
/// </summary>
internal sealed class HttpFront : IAsyncDisposable
{
    private const long MaxRequestBodyBytes = 100 << 20;

    private readonly string key;
    private readonly Func<WorkerChannel> worker;
    private readonly WebApplication app;
    private readonly HttpMessageInvoker connections = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = ConnectAsync,
    });

    private HttpFront(IEnumerable<HttpFunction> functions, string key, Func<WorkerChannel> worker)
    {
        this.key = key;
        this.worker = worker;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodyBytes;
        });
        builder.Services.AddRouting().AddHttpForwarder();
        app = builder.Build();
        foreach (var function in functions)
        {
            // A constraint, so that another method is another route, and not 405.
            var methods = new RouteValueDictionary { ["httpMethod"] = new HttpMethodRouteConstraint([.. function.Methods]) };
            app.Map(RoutePatternFactory.Parse($"{RoutePrefix}/{function.Route}", defaults: null, methods), context => RespondAsync(context, function));
        }
    }

    public Uri Address => new(app.Urls.Single());

    private static string RoutePrefix
    {
        get
        {
            using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(WorkerProcess.AppFolder, "host.json")));
            return host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString()!;
        }
    }

    public static async Task<HttpFront> StartAsync(IEnumerable<HttpFunction> functions, string key, Func<WorkerChannel> worker)
    {
        var front = new HttpFront(functions, key, worker);
        await front.app.StartAsync();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        connections.Dispose();
    }

    /// <summary>The worker may listen a moment later than it says where.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (attempt < 10)
            {
                socket.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(50 * attempt), cancellationToken);
            }
        }
    }

    private async Task RespondAsync(HttpContext context, HttpFunction function)
    {
        if (function.NeedsKey && context.Request.Headers["x-functions-key"] != key && context.Request.Query["code"] != key)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        // The host has the whole body before the worker gets any of it.
        context.Request.EnableBuffering();
        await context.Request.Body.DrainAsync(context.RequestAborted);
        context.Request.Body.Position = 0;

        var channel = worker();
        var invocationId = Guid.NewGuid().ToString();
        var traceParent = context.Request.Headers.TraceParent.ToString();
        context.Request.Headers.TryAdd("x-ms-invocation-id", invocationId);
        var forwarding = context.RequestServices.GetRequiredService<IHttpForwarder>()
            .SendAsync(context, channel.HttpUri.AbsoluteUri, connections, new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromSeconds(240) });
        var invoking = channel.InvokeAsync(
            function,
            invocationId,
            context.Request.RouteValues,
            traceParent.Length > 0 ? traceParent : $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00");
        await using (context.RequestAborted.Register(() => channel.Cancel(invocationId)))
        {
            var forwarded = await forwarding;
            if (!await SucceedsAsync(invoking) && forwarded == ForwarderError.None && !context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
        }
    }

    private static async Task<bool> SucceedsAsync(Task<StatusResult> invoking)
    {
        try
        {
            return (await invoking).Status == StatusResult.Types.Status.Success;
        }
        catch (WorkerGoneException)
        {
            return false;
        }
    }
}
