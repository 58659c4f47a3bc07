using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Http;

/// <summary>The HTTP surface of the service: one method a call, for any host. A host declares the routes and nothing else.</summary>
public sealed partial class StreamApi(
    StreamLimiter limiter, IOptions<StreamCheckerOptions> options, CallLimit callLimit, TimeProvider time, ILogger<StreamApi> logger)
{
    // What a caller may do who does not know whether a call took effect. One that repeats itself by its nature is just made again.
    private const string RepeatByKey = "Repeat it with the same Idempotency-Key, or list the user's streams first.";
    private const string Repeat = "Make the same call again.";

    private const string ProbeFailed = "The probe of the store failed; the log says why.";

    private static readonly TimeSpan RetryAfterNotReady = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryAfterCancellation = TimeSpan.FromSeconds(1);

    private readonly OutageLog outages = new(time, logger);
    private readonly TimeSpan patience = options.Value.Deadline;
    private readonly int? heartbeatIntervalSeconds = options.Value.HasLease ? options.Value.HeartbeatIntervalSeconds : null;

    /// <summary><c>POST /stream-record</c>: starts a stream, if the user may have one more.</summary>
    public Task<IResult> StartAsync(HttpRequest request, CancellationToken cancellationToken) => AnswerAsync(request, async () =>
    {
        if (!IdempotencyKeyHeader.TryRead(request, out var idempotencyKey, out var problem))
        {
            return problem;
        }

        StartStream? start;
        using (var body = await RequestBody.ReadAsync(request, patience, time, cancellationToken))
        {
            if (!body.TryReadStart(out start, out problem))
            {
                return problem;
            }
        }

        using var place = callLimit.Enter();
        if (!place.IsTaken)
        {
            return Problem.Busy();
        }

        return await limiter.StartAsync(start with { IdempotencyKey = idempotencyKey }, cancellationToken) switch
        {
            StartResult.Admitted admitted => StartedStream.From(admitted, heartbeatIntervalSeconds),
            StartResult.LimitReached refusal => LimitReachedProblem.From(refusal),
            StartResult.Ended ended => StreamEndedProblem.OfRetriedStart(ended.Ending),
            StartResult.KeyReused => Problem.KeyReused(),
            StartResult.ForeignReplacement => Problem.ForeignReplacement(),
            var result => throw new InvalidOperationException($"No answer is known for {result}."),
        };
    }, cancellationToken, RepeatByKey);

    /// <summary><c>POST /stream-record/{id}/heartbeat</c>: lets the stream's lease begin anew.</summary>
    public Task<IResult> HeartbeatAsync(HttpRequest request, string id, CancellationToken cancellationToken) => AnswerAsync(request, async () =>
    {
        if (!StreamRecordId.TryParse(id, out var recordId))
        {
            return Problem.NotAnId();
        }

        using var place = callLimit.Enter();
        if (!place.IsTaken)
        {
            return Problem.Busy();
        }

        return await limiter.RenewAsync(recordId, cancellationToken) switch
        {
            RenewResult.Alive alive => LiveStream.From(alive.Record, heartbeatIntervalSeconds),
            RenewResult.Ended ended => StreamEndedProblem.OfHeartbeat(ended.Ending),
            var result => throw new InvalidOperationException($"No answer is known for {result}."),
        };
    }, cancellationToken);

    /// <summary><c>DELETE /stream-record/{id}</c>: ends a stream; 204 also where it had ended.</summary>
    public Task<IResult> StopAsync(HttpRequest request, string id, CancellationToken cancellationToken) => AnswerAsync(request, async () =>
    {
        if (!StreamRecordId.TryParse(id, out var recordId))
        {
            return Problem.NotAnId();
        }

        using var place = callLimit.Enter();
        if (!place.IsTaken)
        {
            return Problem.Busy();
        }

        await limiter.StopAsync(recordId, cancellationToken);
        return TypedResults.NoContent();
    }, cancellationToken);

    /// <summary><c>GET /stream-record?userId=</c>: what the user has running.</summary>
    public Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken) => OfUserAsync(
        request, async userId => StreamList.From(await limiter.ListAsync(userId, cancellationToken)), cancellationToken);

    /// <summary><c>DELETE /stream-record?userId=</c>: ends all that the user has running.</summary>
    public Task<IResult> StopAllAsync(HttpRequest request, CancellationToken cancellationToken) => OfUserAsync(request, async userId =>
    {
        if (!IdempotencyKeyHeader.TryRead(request, out var idempotencyKey, out var problem))
        {
            return problem;
        }

        return await limiter.StopAllAsync(userId, idempotencyKey, cancellationToken) switch
        {
            StopAllResult.Stopped stopped => new StoppedStreams(stopped.Count) { Replayed = stopped.Replayed },
            StopAllResult.KeyReused => Problem.OperationKeyReused(),
            var result => throw new InvalidOperationException($"No answer is known for {result}."),
        };
    }, cancellationToken, RepeatByKey);

    /// <summary><c>GET /stream-limit?userId=</c>: how many streams the user may have.</summary>
    public Task<IResult> GetLimitAsync(HttpRequest request, CancellationToken cancellationToken) => OfUserAsync(
        request, async userId => StreamLimit.From(await limiter.GetLimitAsync(userId, cancellationToken)), cancellationToken);

    /// <summary><c>PUT /stream-limit?userId=</c>: gives the user a limit of their own.</summary>
    public Task<IResult> SetLimitAsync(HttpRequest request, CancellationToken cancellationToken) => AnswerAsync(request, async () =>
    {
        if (!UserIdQuery.TryRead(request, out var userId, out var problem))
        {
            return problem;
        }

        int maxConcurrentStreams;
        using (var body = await RequestBody.ReadAsync(request, patience, time, cancellationToken))
        {
            if (!body.TryReadLimit(out maxConcurrentStreams, out problem))
            {
                return problem;
            }
        }

        using var place = callLimit.Enter();
        return place.IsTaken
            ? await SetLimitAsync(
                request, userId, maxConcurrentStreams, set => StreamLimit.From(set.Limit) with { Replayed = set.Replayed }, cancellationToken)
            : Problem.Busy();
    }, cancellationToken, RepeatByKey);

    /// <summary><c>DELETE /stream-limit?userId=</c>: returns the user to the default limit.</summary>
    public Task<IResult> ResetLimitAsync(HttpRequest request, CancellationToken cancellationToken) => OfUserAsync(request, userId => SetLimitAsync(
        request,
        userId,
        null,
        set =>
        {
            IdempotencyKeyHeader.Mark(request.HttpContext.Response, set.Replayed);
            return TypedResults.NoContent();
        },
        cancellationToken), cancellationToken, RepeatByKey);

    /// <summary><c>GET /health/live</c>: the process answers.</summary>
    public static Task<IResult> LiveAsync() => Task.FromResult<IResult>(new Health("live"));

    /// <summary><c>GET /health/ready</c>: the store works, too.</summary>
    public Task<IResult> ReadyAsync(HttpRequest request, CancellationToken cancellationToken) => AnswerAsync(request, async () =>
    {
        try
        {
            if (await limiter.ProbeAsync(cancellationToken) is not StoreReadiness.NotReady { Reason: var reason })
            {
                return new Health("ready");
            }

            outages.Add(reason);
            return Problem.NotReady(reason, RetryAfterNotReady);
        }
#pragma warning disable CA1031 // The container or the procedure is missing, or the identity may not run it: not ready, until an operator acts.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            outages.Add(ProbeFailed, fault);
            return Problem.NotReady(ProbeFailed, RetryAfterNotReady);
        }
    }, cancellationToken, advice: null);

    /// <summary>Writes the problem document of the status that the response has.</summary>
    public static Task AnswerStatus(HttpContext context) => Problem.Of(context.Response.StatusCode).ExecuteAsync(context);

    /// <summary>A call about a user, without a body.</summary>
    private Task<IResult> OfUserAsync(
        HttpRequest request, Func<string, Task<IResult>> answer, CancellationToken cancellationToken, string? advice = null) => AnswerAsync(request, async () =>
    {
        if (!UserIdQuery.TryRead(request, out var userId, out var problem))
        {
            return problem;
        }

        using var place = callLimit.Enter();
        return place.IsTaken ? await answer(userId) : Problem.Busy();
    }, cancellationToken, advice);

    private async Task<IResult> SetLimitAsync(
        HttpRequest request, string userId, int? maxConcurrentStreams, Func<SetLimitResult.LimitSet, IResult> answer, CancellationToken cancellationToken)
    {
        if (!IdempotencyKeyHeader.TryRead(request, out var idempotencyKey, out var problem))
        {
            return problem;
        }

        return await limiter.SetLimitAsync(userId, maxConcurrentStreams, idempotencyKey, cancellationToken) switch
        {
            SetLimitResult.LimitSet set => answer(set),
            SetLimitResult.KeyReused => Problem.OperationKeyReused(),
            var result => throw new InvalidOperationException($"No answer is known for {result}."),
        };
    }

    /// <param name="request">The call.</param>
    /// <param name="answer">Makes the response.</param>
    /// <param name="cancellationToken">The host's token for the call.</param>
    /// <param name="advice">What the caller is told where the call may have taken effect; null for a call that only reads.</param>
    private async Task<IResult> AnswerAsync(
        HttpRequest request, Func<Task<IResult>> answer, CancellationToken cancellationToken, string? advice = Repeat)
    {
        try
        {
            return await answer();
        }
        catch (StreamStoreUnavailableException unavailable)
        {
            if (unavailable.Obstacle is { } obstacle)
            {
                outages.Add(obstacle);
            }
            else
            {
                LogUnavailable(unavailable.Message);
            }

            return unavailable.OutcomeIsUnknown && advice is not null
                ? Problem.OutcomeUnknown(advice, unavailable.RetryAfter)
                : Problem.Unavailable(unavailable.RetryAfter, unavailable.Obstacle);
        }
        catch (BadHttpRequestException bad)
        {
            return Problem.Of(bad.StatusCode, detail: bad.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The token decides, not the request's own: the Functions host, when it drains, cancels calls whose callers are still there.
            LogUnavailable("The call was cancelled.");
            return advice is null ? Problem.Unavailable(RetryAfterCancellation) : Problem.OutcomeUnknown(advice, RetryAfterCancellation);
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
