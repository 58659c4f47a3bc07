using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace StreamChecker.Tests.Functions.Host;

/// <summary>Stands between the app and its account: notes every call, and holds calls back for as long as a test wants.</summary>
internal sealed class StoreGate : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication app;
    private readonly HttpMessageInvoker connections = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly ConcurrentQueue<StoreCall> calls = [];
    private readonly SemaphoreSlim held = new(0);
    private volatile TaskCompletionSource? closed;

    private StoreGate(Uri account)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddHttpForwarder();
        app = builder.Build();
        app.Run(context => PassAsync(context, account));
    }

    /// <summary>Where the account seems to be.</summary>
    public Uri Address => new(app.Urls.Single());

    /// <summary>The calls that have passed.</summary>
    public IReadOnlyCollection<StoreCall> Calls => [.. calls];

    public static async Task<StoreGate> StartAsync(Uri account)
    {
        var gate = new StoreGate(account);
        await gate.app.StartAsync();
        return gate;
    }

    /// <summary>Holds every call until <see cref="Open"/>.</summary>
    public void Close() => closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open()
    {
        closed?.TrySetResult();
        closed = null;
    }

    /// <summary>Waits until one more call is held.</summary>
    public async Task WaitForCallAsync() => Assert.True(await held.WaitAsync(Patience), "No call came to the store.");

    public async ValueTask DisposeAsync()
    {
        Open();
        await app.DisposeAsync();
        connections.Dispose();
        held.Dispose();
    }

    private async Task PassAsync(HttpContext context, Uri account)
    {
        if (closed is { } gate)
        {
            held.Release();
            await gate.Task.WaitAsync(context.RequestAborted);
        }

        var began = Stopwatch.GetTimestamp();
        await context.RequestServices.GetRequiredService<IHttpForwarder>().SendAsync(context, account.AbsoluteUri, connections);
        calls.Enqueue(new(DateTimeOffset.UtcNow, context.Request.Method, context.Request.Path, context.Response.StatusCode, Stopwatch.GetElapsedTime(began)));
    }
}

/// <summary>A call of the store that was answered.</summary>
internal sealed record StoreCall(DateTimeOffset At, string Method, string Path, int Status, TimeSpan Took);
