using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace StreamChecker.Server;

/// <summary>
/// How the Server ends: it takes no more calls, and waits for those that it has, a little longer than any of them may take. What is not
/// done by then is cut off, so that a slow or broken client does not keep the data folder from the next process.
/// </summary>
internal sealed class Stopping
{
    private static readonly TimeSpan AfterTheDeadline = TimeSpan.FromSeconds(2);

    private int calls;
    private int cutOff;
    private int connections;

    /// <summary>Sets the bounds of a stop.</summary>
    public static void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Stopping>();
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<StreamCheckerOptions>>(
            (host, options) => host.ShutdownTimeout = Patience(options.Value));

        // The headers of a request are bounded like its body; by default they would have 30 seconds.
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<StreamCheckerOptions>>(
            (kestrel, options) => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.Value.DeadlineSeconds));
    }

    /// <summary>Counts the calls of an application, and says at its end what became of them.</summary>
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
