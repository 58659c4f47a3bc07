using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using StreamChecker.Api;

namespace StreamChecker.Server;

/// <summary>Lets nobody in without a key, where there are keys; and nobody but this machine, where there are none.</summary>
internal static class KeyGuard
{
    public static RouteHandlerBuilder OpenToAll(this RouteHandlerBuilder route) => route.WithMetadata(Server.OpenToAll.Mark);

    public static void AddKeyGuard(this WebApplicationBuilder builder)
    {
        var keys = new ApiKeys(builder.Configuration);
        builder.Services.AddSingleton(keys);
        if (!keys.Any)
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(RefuseAllButLoopback));
        }
    }

    public static void UseKeyGuard(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<ApiKeys>();
        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is null || Server.OpenToAll.Marks(context))
            {
                return next(context);
            }

            if (keys.Any && !keys.Open(context.Request))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = "FunctionsKey";
                return StreamApi.AnswerStatus(context);
            }

            if (!keys.Any && !NamesThisMachine(context.Request.Host))
            {
                context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
                return StreamApi.AnswerStatus(context);
            }

            return next(context);
        });
    }

    /// <summary>A page in a browser of this machine may have had its own name lead here; then the request names that.</summary>
    private static bool NamesThisMachine(HostString host) =>
        !host.HasValue
        || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static void RefuseAllButLoopback(ListenOptions listen)
    {
        if (listen.IPEndPoint is { } endpoint && !IPAddress.IsLoopback(endpoint.Address))
        {
            throw new StartRefusedException(
                $"Without keys the service listens on loopback only, not on {endpoint}: anybody who reaches it could end streams. " +
                $"Set StreamChecker__ApiKeys.");
        }
    }
}
