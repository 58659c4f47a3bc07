using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

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
        if (!keys.Any)
        {
            return;
        }

        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<OpenToAll>() is null && !keys.Open(context.Request))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = "FunctionsKey";
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

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
