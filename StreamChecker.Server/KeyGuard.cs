using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using StreamChecker.Http;

namespace StreamChecker.Server;

/// <summary>Requires an API key if any are configured; otherwise accepts loopback callers only.</summary>
internal static class KeyGuard
{
    public static void AddKeyGuard(this WebApplicationBuilder builder)
    {
        var keys = new ApiKeys(builder.Configuration);
        builder.Services.AddSingleton(keys);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            if (!keys.Any)
            {
                RejectAllButLoopback(endpoint);
            }

            endpoint.ApplicationServices.GetRequiredService<Stopping>().Watch(endpoint);
        }));
    }

    public static void UseKeyGuard(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<ApiKeys>();
        var rejected = app.Services.GetRequiredService<IMeterFactory>().Create(StreamTelemetry.Name)
            .CreateCounter<long>("stream_checker.keys.rejected", "{call}", "Requests without a key or with a wrong key.");
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                return next(context);
            }

            if (keys.Any && keys.Check(context.Request) is not KeyCheck.Opens and var check)
            {
                rejected.Add(1, new KeyValuePair<string, object?>("stream_checker.cause", check == KeyCheck.Missing ? "missing" : "wrong"));
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = "FunctionsKey";
                return StreamApi.WriteProblemAsync(context);
            }

            if (!keys.Any && !NamesThisMachine(context.Request.Host))
            {
                context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
                return StreamApi.WriteProblemAsync(context);
            }

            return next(context);
        });
    }

    /// <summary>Protects against DNS rebinding: a page in a browser on this machine would send its own host name.</summary>
    private static bool NamesThisMachine(HostString host) =>
        !host.HasValue
        || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static void RejectAllButLoopback(ListenOptions listen)
    {
        if (listen.IPEndPoint is { } endpoint && !IPAddress.IsLoopback(endpoint.Address))
        {
            throw new StartupException(
                $"Without keys the Server listens on loopback only, not on {endpoint}: any client could end streams. " +
                $"Set StreamChecker__ApiKeys.");
        }
    }
}
