using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using StreamChecker.Reliability.Functions.Host.Protocol;

namespace StreamChecker.Reliability.Functions.Host;

/// <summary>The conversation with one worker: how it is set up, its invocations, and what it logs.</summary>
internal sealed class WorkerChannel(Action<RpcLog> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<StreamingMessage> outbound = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> awaited = [];
    private readonly ConcurrentDictionary<string, bool> running = [];
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource gone = new();
    private IReadOnlyDictionary<string, string> capabilities = new Dictionary<string, string>();

    /// <summary>The invocations that the worker has not responded to.</summary>
    public IReadOnlyCollection<string> Running => [.. running.Keys];

    /// <summary>Where the worker takes the HTTP requests themselves.</summary>
    public Uri HttpUri => new(capabilities["HttpUri"]);

    /// <summary>Sets the worker up, and returns the functions that it has.</summary>
    public async Task<IReadOnlyList<HttpFunction>> InitializeAsync(string appFolder)
    {
        await connected.Task.WaitAsync(Patience);
        var init = (await AskAsync(new()
        {
            WorkerInitRequest = new() { HostVersion = "4.1037.0", WorkerDirectory = appFolder, FunctionAppDirectory = appFolder, Capabilities = { ["MultiStream"] = "10" } },
        })).WorkerInitResponse;
        Check(init.Result);
        capabilities = init.Capabilities;

        var indexed = (await AskAsync(new() { FunctionsMetadataRequest = new() { FunctionAppDirectory = appFolder } })).FunctionMetadataResponse;
        Check(indexed.Result);
        foreach (var metadata in indexed.FunctionMetadataResults)
        {
            Check((await AskAsync(new() { FunctionLoadRequest = new() { FunctionId = metadata.FunctionId, Metadata = metadata } })).FunctionLoadResponse.Result);
        }

        return [.. indexed.FunctionMetadataResults.Select(HttpFunction.From)];
    }

    /// <summary>Has the worker run a function, whose request goes to <see cref="HttpUri"/> at the same time.</summary>
    public async Task<StatusResult> InvokeAsync(
        HttpFunction function, string invocationId, IEnumerable<KeyValuePair<string, object?>> routeValues, string traceParent)
    {
        var request = new InvocationRequest
        {
            InvocationId = invocationId,
            FunctionId = function.Id,
            InputData = { new ParameterBinding { Name = function.Binding, Data = new() { Http = new() } } },
            TraceContext = new() { TraceParent = traceParent },
        };
        foreach (var (name, value) in routeValues)
        {
            request.TriggerMetadata[name] = new() { String = (string)value! };
        }

        running[invocationId] = true;
        try
        {
            return (await AskAsync(new() { RequestId = invocationId, InvocationRequest = request })).InvocationResponse.Result;
        }
        finally
        {
            running.TryRemove(invocationId, out _);
        }
    }

    /// <summary>Cancels an invocation.</summary>
    public void Cancel(string invocationId)
    {
        if (Can("HandlesInvocationCancelMessage"))
        {
            outbound.Writer.TryWrite(new() { InvocationCancel = new() { InvocationId = invocationId } });
        }
    }

    /// <summary>Asks the worker whether it is there.</summary>
    public Task GetStatusAsync() => AskAsync(new() { WorkerStatusRequest = new() });

    /// <summary>Asks the worker to end.</summary>
    public void Terminate()
    {
        if (Can("HandlesWorkerTerminateMessage"))
        {
            outbound.Writer.TryWrite(new() { WorkerTerminate = new() });
        }
    }

    /// <summary>Carries messages both ways until the worker is gone.</summary>
    public async Task ServeAsync(IAsyncStreamReader<StreamingMessage> fromWorker, IServerStreamWriter<StreamingMessage> toWorker, CancellationToken cancellationToken)
    {
        connected.TrySetResult();
        var writing = WriteAsync(toWorker, cancellationToken);
        try
        {
            await foreach (var message in fromWorker.ReadAllAsync(cancellationToken))
            {
                if (message.ContentCase == StreamingMessage.ContentOneofCase.RpcLog)
                {
                    log(message.RpcLog);
                }
                else if (awaited.TryRemove(message.RequestId, out var asked))
                {
                    asked.TrySetResult(message);
                }
            }
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException)
        {
            // The worker's process has ended.
        }
        finally
        {
            outbound.Writer.TryComplete();
            await gone.CancelAsync();
            await writing;
        }
    }

    private static void Check(StatusResult result)
    {
        if (result.Status != StatusResult.Types.Status.Success)
        {
            throw new InvalidOperationException($"The worker responded {result.Status}: {result.Result} {result.Exception?.Message}");
        }
    }

    private bool Can(string capability) => capabilities.ContainsKey(capability);

    private async Task<StreamingMessage> AskAsync(StreamingMessage question)
    {
        if (question.RequestId.Length == 0)
        {
            question.RequestId = Guid.NewGuid().ToString();
        }

        var response = awaited[question.RequestId] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!outbound.Writer.TryWrite(question))
        {
            throw new WorkerGoneException();
        }

        try
        {
            return await response.Task.WaitAsync(Patience, gone.Token);
        }
        catch (OperationCanceledException)
        {
            throw new WorkerGoneException();
        }
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> toWorker, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in outbound.Reader.ReadAllAsync(cancellationToken))
            {
                await toWorker.WriteAsync(message, cancellationToken);
            }
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The reader notices it, too.
        }
    }
}

/// <summary>The worker's process ended before it responded.</summary>
internal sealed class WorkerGoneException() : Exception("The worker ended before it responded.");
