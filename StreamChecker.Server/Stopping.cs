using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace StreamChecker.Server;

/// <summary>
/// The shutdown: the Server accepts no more requests and waits for those in progress, slightly longer than their deadline. Then it aborts
/// them, so that a slow or broken client does not block the data folder for the next process.
/// </summary>
internal sealed class Stopping
{
    private static readonly TimeSpan AfterTheDeadline = TimeSpan.FromSeconds(2);

    private int calls;
    private int cutOff;
    private int connections;

    /// <summary>Sets the time limits.</summary>
    public static void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Stopping>();
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<StreamCheckerOptions>>(
            (host, options) => host.ShutdownTimeout = Patience(options.Value));

        // The headers have the same time limit as the body; the default is 30 seconds.
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<StreamCheckerOptions>>(
            (kestrel, options) => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.Value.DeadlineSeconds));
    }

    /// <summary>Counts the requests in progress, and logs the outcome of the shutdown.</summary>
    public void Watch(WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            Interlocked.Increment(ref calls);
            try
            {
                await next(context);
            }
            finally
            {
                Interlocked.Decrement(ref calls);
                if (context.RequestAborted.IsCancellationRequested && app.Lifetime.ApplicationStopping.IsCancellationRequested)
                {
                    Interlocked.Increment(ref cutOff);
                }
            }
        });
        var patience = Patience(app.Services.GetRequiredService<IOptions<StreamCheckerOptions>>().Value);
        app.Lifetime.ApplicationStopping.Register(() => app.Logger.LogStopping(
            Volatile.Read(ref calls), Volatile.Read(ref connections), (int)patience.TotalSeconds));
        app.Lifetime.ApplicationStopped.Register(() =>
        {
            if (Volatile.Read(ref calls) + Volatile.Read(ref cutOff) is > 0 and var lost)
            {
                app.Logger.LogCutOff(lost);
            }
            else
            {
                app.Logger.LogStopped();
            }
        });
    }

    /// <summary>Counts the connections of an endpoint.</summary>
    public void Watch(ListenOptions endpoint) => endpoint.Use(next => async connection =>
    {
        Interlocked.Increment(ref connections);
        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    });

    private static TimeSpan Patience(StreamCheckerOptions options) => TimeSpan.FromSeconds(options.DeadlineSeconds) + AfterTheDeadline;
}
