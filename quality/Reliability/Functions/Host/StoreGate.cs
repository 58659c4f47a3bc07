using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace StreamChecker.Reliability.Functions.Host;

/// <summary>Stands between the app and its account: notes every call, and holds calls back for as long as a test wants.</summary>
internal sealed class StoreGate : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication app;
    private readonly HttpMessageInvoker connections = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly ConcurrentQueue<StoreCall> calls = [];
    private volatile Closing? closing;

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
    public void Close() => closing = new();

    public void Open()
    {
        closing?.Opened.TrySetResult();
        closing = null;
    }

    /// <summary>Waits until a call is held.</summary>
    public Task WaitForCallAsync() => closing!.Called.Task.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        Open();
        await app.DisposeAsync();
        connections.Dispose();
    }

    private async Task PassAsync(HttpContext context, Uri account)
    {
        if (closing is { } closed)
        {
            closed.Called.TrySetResult();
            await closed.Opened.Task.WaitAsync(context.RequestAborted);
        }

        var began = Stopwatch.GetTimestamp();
        await context.RequestServices.GetRequiredService<IHttpForwarder>().SendAsync(context, account.AbsoluteUri, connections);
        calls.Enqueue(new(DateTimeOffset.UtcNow, context.Request.Method, context.Request.Path, context.Response.StatusCode, Stopwatch.GetElapsedTime(began)));
    }

    private sealed class Closing
    {
        public TaskCompletionSource Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A completed call to the store.</summary>
internal sealed record StoreCall(DateTimeOffset At, string Method, string Path, int Status, TimeSpan Took);
