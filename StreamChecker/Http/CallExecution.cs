using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamChecker.Http;

/// <summary>Executes the calls of the HTTP APIs: within the limit of concurrent requests, and with a problem document for every failure.</summary>
public sealed partial class CallExecution(CallLimit callLimit, TimeProvider time, ILogger<StreamApi> logger)
{
    /// <summary>Advice for a client that does not know whether its request took effect, if the request is idempotent by nature.</summary>
    internal const string Repeat = "Retry it.";

    private static readonly TimeSpan RetryAfterCancellation = TimeSpan.FromSeconds(1);

    /// <summary>The reasons why the store does not work.</summary>
    internal OutageLog Outages { get; } = new(time, logger);

    /// <summary>Reads the input of a request and executes it within the limit of concurrent requests.</summary>
    internal async Task<IResult> HandleAsync<TInput>(
        HttpRequest request,
        Func<ValueTask<Input<TInput>>> read,
        Func<TInput, Task<IResult>> execute,
        string? adviceIfUnknown,
        CancellationToken cancellationToken)
    {
        try
        {
            if (!(await read()).TryGet(out var input, out var problem))
            {
                return problem;
            }

            using var place = callLimit.Enter();
            return place.IsTaken ? await execute(input) : Problem.Busy();
        }
#pragma warning disable CA1031 // The Functions host responds to an uncaught exception with an empty body, so every exception is caught here.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return ProblemOf(failure, request, adviceIfUnknown, cancellationToken);
        }
    }

    /// <summary>The response to a failed request.</summary>
    /// <param name="failure">The failure, which is logged.</param>
    /// <param name="request">The request.</param>
    /// <param name="adviceIfUnknown">The advice if the request may have taken effect; null for a request that only reads.</param>
    /// <param name="cancellationToken">The host's token for the request.</param>
    internal Problem ProblemOf(Exception failure, HttpRequest request, string? adviceIfUnknown, CancellationToken cancellationToken)
    {
        switch (failure)
        {
            case StreamStoreUnavailableException unavailable:
                Log([unavailable], request);
                return Unavailable(unavailable, adviceIfUnknown);
            case BadHttpRequestException bad:
                return Problem.Of(bad.StatusCode, detail: bad.Message);
            case OperationCanceledException when cancellationToken.IsCancellationRequested:
                // This token decides, not the request's own: a draining Functions host cancels requests whose clients are still connected.
                LogUnavailable("The request was cancelled.");
                return adviceIfUnknown is null ? Problem.Unavailable(RetryAfterCancellation) : Problem.OutcomeUnknown(adviceIfUnknown, RetryAfterCancellation);
            default:
                return Problem.Fault(Log([failure], request));
        }
    }

    /// <summary>The problem of one of the many commands of a request.</summary>
    internal static Problem ProblemOf(Exception cause, string traceId) =>
        cause is StreamStoreUnavailableException unavailable ? Unavailable(unavailable, Repeat) : Problem.Fault(traceId);

    private static Problem Unavailable(StreamStoreUnavailableException unavailable, string? adviceIfUnknown) =>
        unavailable.OutcomeIsUnknown && adviceIfUnknown is not null
            ? Problem.OutcomeUnknown(adviceIfUnknown, unavailable.RetryAfter)
            : Problem.Unavailable(unavailable.RetryAfter, unavailable.Obstacle);

    /// <summary>Logs the failures of one request, those with the same message once, and returns the trace ID that finds them.</summary>
    internal string Log(IReadOnlyList<Exception> failures, HttpRequest request)
    {
        var traceId = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? request.HttpContext.TraceIdentifier;
        foreach (var failure in failures.DistinctBy(failure => failure.Message))
        {
            switch (failure)
            {
                case StreamStoreUnavailableException { Obstacle: { } obstacle }:
                    Outages.Add(obstacle);
                    break;
                case StreamStoreUnavailableException:
                    LogUnavailable(failure.Message);
                    break;
                default:
                    LogFault(failure, traceId);
                    break;
            }
        }

        return traceId;
    }

    [LoggerMessage(1, LogLevel.Warning, "Responded with 503: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(2, LogLevel.Error, "Unhandled exception; trace ID {TraceId} was returned to the caller")]
    private partial void LogFault(Exception fault, string traceId);
}
