using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StreamChecker.Api;

/// <summary>The HTTP surface of the service: one method a call, for any host. A host declares the routes and nothing else.</summary>
public sealed partial class StreamApi(StreamLimiter limiter, IOptions<StreamCheckerOptions> options, ILogger<StreamApi> logger)
{
    private readonly int? heartbeatIntervalSeconds = options.Value.HasLease ? options.Value.HeartbeatIntervalSeconds : null;

    /// <summary><c>POST /stream-record</c>: starts a stream, if the user may have one more.</summary>
    public Task<IResult> StartAsync(HttpRequest request, CancellationToken cancellationToken) => AnswerAsync(request, async () =>
    {
        using var body = await RequestBody.ReadAsync(request, cancellationToken);
        if (!body.TryReadStart(out var start, out var problem))
        {
            return problem;
        }

        return await limiter.StartAsync(start, cancellationToken) switch
        {
            StartResult.Admitted admitted => StartedStream.From(admitted, heartbeatIntervalSeconds),
            StartResult.LimitReached refusal => LimitReachedProblem.From(refusal),
            StartResult.Ended ended => StreamEndedProblem.OfRetriedStart(ended.Ending),
            var result => throw new InvalidOperationException($"No answer is known for {result}."),
        };
    });

    /// <summary>Writes the problem document of a status that the web server has given by itself.</summary>
    public static Task AnswerStatus(HttpContext context) => Problem.Of(context.Response.StatusCode).ExecuteAsync(context);

    private async Task<IResult> AnswerAsync(HttpRequest request, Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (StreamStoreUnavailableException unavailable)
        {
            LogUnavailable(unavailable.Message);
            return Problem.Unavailable(unavailable.RetryAfter);
        }
        catch (BadHttpRequestException bad)
        {
            return Problem.Of(bad.StatusCode, detail: bad.Message);
        }
        catch (Exception) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
#pragma warning disable CA1031 // The Functions host answers an uncaught exception with an empty body, so nothing may pass here.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            var traceId = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? request.HttpContext.TraceIdentifier;
            LogFault(fault, traceId);
            return Problem.Fault(traceId);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A call was answered 503: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(2, LogLevel.Error, "A call failed; its caller was given the trace id {TraceId}")]
    private partial void LogFault(Exception fault, string traceId);
}
