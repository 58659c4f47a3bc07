using System.Globalization;
using System.Text.Json;
using Azure.Identity;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Scripts;
using Microsoft.Extensions.Logging;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Cosmos;

/// <summary>The users' partitions in Azure Cosmos DB: one execution of the stored procedure is one round trip.</summary>
/// <param name="container">The container of the procedure.</param>
/// <param name="oneTry">The time limit of one execution.</param>
/// <param name="time">The clock for that limit.</param>
/// <param name="logger">Logs executions that were slow or have an unknown outcome.</param>
internal sealed class CosmosStreamPartitions(Container container, TimeSpan oneTry, TimeProvider time, ILogger<CosmosStreamPartitions> logger) : IStreamPartitions
{
    private const string RetryAfterHeader = "x-ms-retry-after-ms";
    private const string SubStatusHeader = "x-ms-substatus";

    // During a failover the region no longer accepts writes, or is not yet the write region.
    private const int WriteForbidden = 3;
    private const int SessionNotAvailable = 1002;
    private const int NotInThisRegion = 1008;

    // In direct mode a connection of the SDK carries 30 requests at a time (CosmosClientOptions.MaxRequestsPerTcpConnection). More of
    // one caller's commands would open further connections and delay the requests of others.
    private const int CommandsAtOnce = 30;

    // While the throughput is exhausted, starts, stops and changes go first: a lease outlives two lost heartbeats. Cosmos DB ignores the priority
    // unless the account has priority-based execution. https://learn.microsoft.com/azure/cosmos-db/priority-based-execution
    private static readonly StoredProcedureRequestOptions OfHeartbeats = new() { PriorityLevel = PriorityLevel.Low };

    private static readonly TimeSpan RetryAfterUnknown = TimeSpan.FromMilliseconds(100);

    private readonly CosmosCallLog log = new(container.Database.Client.Endpoint.Host, oneTry / 2, time, logger);

    public async Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var (result, outcome) = await TryAsync(command, cancellationToken);
        log.Add(result, time.GetElapsedTime(began), outcome);
        return result;
    }

    /// <summary>Sends up to 30 commands at a time.</summary>
    public IReadOnlyList<Task<PartitionResult>> ExecuteMany(IReadOnlyList<StreamCommand> commands, CancellationToken cancellationToken)
    {
        var places = new SemaphoreSlim(CommandsAtOnce);
        return [.. commands.Select(command => ExecuteAsync(command, places, cancellationToken))];
    }

    private async Task<PartitionResult> ExecuteAsync(StreamCommand command, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        try
        {
            return await ExecuteAsync(command, cancellationToken);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<(PartitionResult, CosmosCallLog.Outcome)> TryAsync(StreamCommand command, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(oneTry, time);
        using var abandonment = cancellationToken.UnsafeRegister(static timeout => ((CancellationTokenSource)timeout!).Cancel(), timeout);
        var running = RunAsync(command, timeout.Token);
        try
        {
            // The SDK checks the token only between its requests; one of them may take longer than the attempt may.
            // https://learn.microsoft.com/azure/cosmos-db/nosql/troubleshoot-dotnet-sdk-request-timeout
            using var response = await running.WaitAsync(timeout.Token);
            var subStatus = (int)(Number(response, SubStatusHeader) ?? 0);
            return (await ReadAsync(response, subStatus, timeout.Token), CosmosCallLog.Outcome.Of(response, subStatus));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            _ = DisposeResponseAsync(running);
            cancellationToken.ThrowIfCancellationRequested();
            return (new PartitionResult.Ambiguous($"no response within {oneTry.TotalSeconds:0.###} s"), default);
        }
        catch (CosmosException failure)
        {
            var result = ResultOf((int)failure.StatusCode, failure.SubStatusCode, failure.RetryAfter, () => failure.ResponseBody);
            return (result, CosmosCallLog.Outcome.Of(failure));
        }
        catch (Exception lost) when (LeavesInDoubt(lost))
        {
            return (new PartitionResult.Ambiguous(lost.GetType().Name), default);
        }
    }

    /// <summary>Owns the arguments until the SDK has finished with them, which may be after the request was abandoned.</summary>
    private async Task<ResponseMessage> RunAsync(StreamCommand command, CancellationToken cancellationToken)
    {
        using var arguments = new MemoryStream(StreamsProcedure.Arguments(command), writable: false);
        return await container.Scripts.ExecuteStoredProcedureStreamAsync(
            StreamsProcedure.Id, arguments, new PartitionKey(command.UserId), command is RenewCommand ? OfHeartbeats : null, cancellationToken);
    }

    /// <summary>Disposes the late response of an abandoned request.</summary>
    private static async Task DisposeResponseAsync(Task<ResponseMessage> abandoned)
    {
        await ((Task)abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (abandoned.IsCompletedSuccessfully)
        {
            abandoned.Result.Dispose();
        }
    }

    private static async Task<PartitionResult> ReadAsync(ResponseMessage response, int subStatus, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            var retryAfter = Number(response, RetryAfterHeader) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
            return ResultOf((int)response.StatusCode, subStatus, retryAfter, () => BodyOf(response));
        }

        return new PartitionResult.Committed(await StreamsProcedure.ReadReplyAsync(response.Content, cancellationToken), response.Headers.RequestCharge);
    }

    /// <summary>
    /// The state of the transaction after a status: rolled back, never begun, or unknown.
    /// https://learn.microsoft.com/azure/cosmos-db/nosql/conceptual-resilient-sdk-applications
    /// </summary>
    private static PartitionResult ResultOf(int status, int subStatus, TimeSpan? retryAfter, Func<string> body) => (status, subStatus) switch
    {
        (400, _) => StreamsProcedure.ReadError(body(), subStatus),
        (429, _) => new PartitionResult.Throttled(retryAfter ?? RetryAfterUnknown),
        (449, _) => new PartitionResult.Conflict(),
        (408 or 410 or >= 500, _) or (403, WriteForbidden or NotInThisRegion) or (404, SessionNotAvailable) => new PartitionResult.Ambiguous($"HTTP {status}"),
        (403, _) when IsScriptSuspended(body()) => new PartitionResult.Busy("the procedure is suspended for its resource usage"),
        (404, _) => throw new StoredProcedureException(
            $"The container or its stored procedure {StreamsProcedure.Id} is missing. In Azure, azd provision creates it, before azd deploy: {body()}"),
        _ => throw new StoredProcedureException($"Cosmos DB responded with {status}: {body()}"),
    };

    /// <summary>
    /// Whether Cosmos DB blocks a procedure that exceeded its resource limits several times: "The script … is blocked for
    /// execution because it has violated its allowed resource limit". There is no sub-status for it.
    /// </summary>
    private static bool IsScriptSuspended(string body) =>
        body.Contains("for execution", StringComparison.OrdinalIgnoreCase) && body.Contains("resource limit", StringComparison.OrdinalIgnoreCase);

    /// <summary>The connection was lost, the response was malformed, or the managed identity returned no token.</summary>
    private static bool LeavesInDoubt(Exception failure) => failure is
        HttpRequestException or IOException or OperationCanceledException or TimeoutException
        or JsonException or NotSupportedException
        or AuthenticationFailedException;

    /// <summary>
    /// The body of a failure. The response's own message also serializes the SDK's diagnostics, which is slow and throws if an HTTP
    /// response has no reason phrase.
    /// </summary>
    private static string BodyOf(ResponseMessage response)
    {
        try
        {
            response.EnsureSuccessStatusCode();
            return "";
        }
        catch (CosmosException failure)
        {
            return failure.ResponseBody;
        }
    }

    private static double? Number(ResponseMessage response, string header) =>
        double.TryParse(response.Headers[header], CultureInfo.InvariantCulture, out var number) ? number : null;
}
