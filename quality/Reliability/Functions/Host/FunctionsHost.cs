using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Reliability.Functions.Host.Protocol;

namespace StreamChecker.Reliability.Functions.Host;

/// <summary>
/// The Azure Functions host, as far as an app with HTTP triggers can tell it from the real one: it starts the built app as a worker,
/// speaks the worker protocol with it, and serves its functions on 127.0.0.1.
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    /// <summary>The function key.</summary>
    public const string Key = "a-function-key-of-a-backend";

    private readonly IReadOnlyList<(string Name, string Value)> settings;
    private readonly TemporaryFolder home = new();
    private readonly Workers workers = new();
    private readonly ConcurrentQueue<RpcLog> logs = [];
    private readonly WebApplication rpc;
    private HttpFront? front;
    private WorkerProcess? process;
    private WorkerChannel? channel;

    private FunctionsHost(IReadOnlyList<(string Name, string Value)> settings)
    {
        this.settings = settings;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting().AddSingleton(workers).AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        rpc = builder.Build();
        rpc.MapGrpcService<Workers>();
    }

    /// <summary>What every worker has logged so far.</summary>
    public IReadOnlyList<RpcLog> Logs => [.. logs];

    /// <summary>What the present worker wrote to its console.</summary>
    public string Output => Process.Output;

    /// <summary>The invocations that the present worker has not responded to.</summary>
    public IReadOnlyCollection<string> Running => Channel.Running;

    private WorkerProcess Process => process ?? throw new InvalidOperationException("There is no worker.");

    private WorkerChannel Channel => channel ?? throw new InvalidOperationException("There is no worker.");

    /// <summary>Starts the host and a worker that has these app settings, and waits until it serves.</summary>
    public static async Task<FunctionsHost> StartAsync(params IReadOnlyList<(string Name, string Value)> settings)
    {
        var host = new FunctionsHost(settings);
        try
        {
            await host.rpc.StartAsync();
            var functions = await host.StartWorkerAsync();
            host.front = await HttpFront.StartAsync(functions, Key, () => host.Channel);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a worker, where there is none, or in the place of the one that has ended.</summary>
    public async Task<IReadOnlyList<HttpFunction>> StartWorkerAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        var workerId = Guid.NewGuid().ToString();
        channel = workers.Await(workerId, logs.Enqueue);
        process = new(workerId, new(rpc.Urls.Single()), home.Path, settings);
        var ready = channel.InitializeAsync(WorkerProcess.AppFolder);
        return await Task.WhenAny(ready, process.EndAsync()) == ready
            ? await ready
            : throw new InvalidOperationException($"The worker ended: {process.Output}");
    }

    /// <summary><c>kill -9</c>.</summary>
    public Task KillWorkerAsync() => Process.KillAsync();

    /// <summary>Cancels every invocation that runs.</summary>
    public void CancelAll()
    {
        foreach (var invocationId in Channel.Running)
        {
            Channel.Cancel(invocationId);
        }
    }

    /// <summary>Asks the worker to end, as the host does when it is moved or scaled in, and returns its exit code.</summary>
    public Task<int> TerminateWorkerAsync()
    {
        Channel.Terminate();
        return Process.EndAsync();
    }

    /// <summary>Asks the worker whether it is there.</summary>
    public Task GetWorkerStatusAsync() => Channel.GetStatusAsync();

    /// <summary>A client that has the function key.</summary>
    public HttpClient CreateClient(params DelegatingHandler[] handlers)
    {
        var client = CreateStranger(handlers);
        client.DefaultRequestHeaders.Add("x-functions-key", Key);
        return client;
    }

    /// <summary>A client without a key.</summary>
    public HttpClient CreateStranger(params DelegatingHandler[] handlers)
    {
        HttpMessageHandler connection = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        foreach (var handler in handlers.Reverse())
        {
            handler.InnerHandler = connection;
            connection = handler;
        }

        return new(connection) { BaseAddress = front!.Address };
    }

    public async ValueTask DisposeAsync()
    {
        if (front is not null)
        {
            await front.DisposeAsync();
        }

        if (process is not null)
        {
            await process.DisposeAsync();
        }

        await rpc.DisposeAsync();
        home.Dispose();
    }

    /// <summary>Leads each worker's stream to the channel that awaits it.</summary>
    private sealed class Workers : FunctionRpc.FunctionRpcBase
    {
        private readonly ConcurrentDictionary<string, WorkerChannel> channels = [];

        public WorkerChannel Await(string workerId, Action<RpcLog> log) => channels[workerId] = new(log);

        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            if (await requestStream.MoveNext(context.CancellationToken)
                && requestStream.Current.StartStream is { } start
                && channels.TryRemove(start.WorkerId, out var channel))
            {
                await channel.ServeAsync(requestStream, responseStream, context.CancellationToken);
            }
        }
    }
}
