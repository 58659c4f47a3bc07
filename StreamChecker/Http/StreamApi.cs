using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using StreamChecker.Plans;
using StreamChecker.Playback;
using StreamChecker.Players;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Http;

/// <summary>The HTTP API of the service: one method for each call, shared by both hosts, which only declare the routes.</summary>
public sealed class StreamApi(
    StreamLimiter limiter,
    IOptions<StreamCheckerOptions> options,
    PlanCatalog plans,
    CallExecution calls,
    PlayerLinks players,
    PlaybackTokens playback,
    EndedStreams ended,
    TimeProvider time)
{
    private const string StartRoute = "/stream-record";

    // Advice for a client that does not know whether its request took effect.
    private const string RepeatByKey = "Retry it with the same Idempotency-Key, or list the user's streams first.";

    private const string ProbeFailed = "The probe of the store failed; the log has the reason.";

    private static readonly TimeSpan RetryAfterNotReady = TimeSpan.FromSeconds(5);

    private readonly TimeSpan timeout = options.Value.Deadline;
    private readonly Func<ReadOnlySequence<byte>, Input<StartStream>> readStart = body => BodyReader.ReadStart(body, plans);

    /// <summary><c>POST /stream-record</c>: starts a stream if the rules of the user's plan admit it.</summary>
    public Task<IResult> StartAsync(HttpRequest request, CancellationToken cancellationToken) => calls.HandleAsync<StartStream>(
        request,
        async () =>
        {
            if (!IdempotencyKeyHeader.TryRead(request, out var key, out var problem))
            {
                return problem;
            }

            var body = await RequestBody.ReadAsync(request, readStart, timeout, time, cancellationToken);
            return key is not null && body.TryGet(out var start, out _) ? start with { IdempotencyKey = key } : body;
        },
        async start => await limiter.StartValidAsync(start, cancellationToken) switch
        {
            StartResult.Admitted admitted => StartedStream.From(admitted) with
            {
                Player = players.For(request, StartRoute, admitted.Record.Id),
                Playback = playback.For(admitted.Record),
            },
            StartResult.LimitReached rejection => LimitReachedProblem.From(rejection),
            StartResult.Ended ended => StreamEndedProblem.OfRetriedStart(ended.Ending),
            StartResult.KeyReused => Problem.KeyReused(),
            StartResult.ForeignReplacement => Problem.ForeignReplacement(),
            StartResult.ValueRequired required => Problem.ValueRequired(required.Name),
            var result => throw Unexpected(result),
        },
        RepeatByKey,
        cancellationToken);

    /// <summary><c>POST /stream-record/{id}/heartbeat</c>: renews the stream's lease.</summary>
    public Task<IResult> HeartbeatAsync(HttpRequest request, string id, CancellationToken cancellationToken) => calls.HandleAsync<StreamRecordId>(
        request,
        () => new(ReadId(id)),
        async recordId => await limiter.RenewAsync(recordId, cancellationToken) switch
        {
            RenewResult.Alive alive => LiveStream.From(alive) with { Playback = playback.For(alive.Record) },
            RenewResult.Ended ended => StreamEndedProblem.OfHeartbeat(ended.Ending),
            var result => throw Unexpected(result),
        },
        CallExecution.Repeat,
        cancellationToken);

    /// <summary><c>POST /stream-record/heartbeats</c>: renews the leases of several streams, of any users.</summary>
    public Task<IResult> HeartbeatsAsync(HttpRequest request, CancellationToken cancellationToken) => calls.HandleAsync<List<string>>(
        request,
        () => RequestBody.ReadAsync(request, BodyReader.ReadIds, timeout, time, cancellationToken, RequestBody.MaxBytesOfMany),
        async texts =>
        {
            var ids = texts.ConvertAll(text => StreamRecordId.TryParse(text, out var id) ? id : null);
            StreamRecordId[] distinct = [.. ids.OfType<StreamRecordId>().Distinct()];
            var renewed = distinct.Zip(await limiter.RenewManyAsync(distinct, cancellationToken)).ToDictionary(pair => pair.First, pair => pair.Second);
            var traceId = calls.Log([.. renewed.Values.OfType<RenewResult.Failed>().Select(failed => failed.Cause)], request);
            return new HeartbeatResults([.. texts.Zip(ids, (text, id) => id is null
                ? HeartbeatResult.From(text, Problem.NotAnId())
                : renewed[id] switch
                {
                    RenewResult.Alive alive => HeartbeatResult.From(text, alive) with { Playback = playback.For(alive.Record) },
                    RenewResult.Ended ended => HeartbeatResult.From(text, StreamEndedProblem.OfHeartbeat(ended.Ending)),
                    RenewResult.Failed failed => HeartbeatResult.From(text, CallExecution.ProblemOf(failed.Cause, traceId)),
                    var result => throw Unexpected(result),
                })]);
        },
        CallExecution.Repeat,
        cancellationToken);

    /// <summary><c>GET /stream-record/{id}</c>: reports whether the stream is active.</summary>
    public Task<IResult> GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) => calls.HandleAsync<StreamRecordId>(
        request,
        () => new(ReadId(id)),
        async recordId => await limiter.GetAsync(recordId, cancellationToken) switch
        {
            StreamState.Active active => ActiveStream.From(active.Record),
            StreamState.Ended ended => StreamEndedProblem.OfHeartbeat(ended.Ending),
            var result => throw Unexpected(result),
        },
        adviceIfUnknown: null,
        cancellationToken);

    /// <summary><c>GET /.well-known/jwks.json</c>: the keys that verify playback tokens.</summary>
    public IResult PlaybackKeys() => new PlaybackKeySet(playback.PublicKeys);

    /// <summary><c>DELETE /stream-record/{id}</c>: ends a stream; returns 204 even if it had already ended.</summary>
    public Task<IResult> StopAsync(HttpRequest request, string id, CancellationToken cancellationToken) => calls.HandleAsync<StreamRecordId>(
        request,
        () => new(ReadId(id)),
        async recordId =>
        {
            await limiter.StopAsync(recordId, cancellationToken);
            return TypedResults.NoContent();
        },
        CallExecution.Repeat,
        cancellationToken);

    /// <summary><c>GET /stream-record?userId=</c>: lists the user's active streams.</summary>
    public Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken) => calls.HandleAsync<string>(
        request,
        () => new(UserIdQuery.Read(request)),
        async userId => StreamList.From(await limiter.ListAsync(userId, cancellationToken)),
        adviceIfUnknown: null,
        cancellationToken);

    /// <summary><c>DELETE /stream-record?userId=</c>: ends all of the user's streams.</summary>
    public Task<IResult> StopAllAsync(HttpRequest request, CancellationToken cancellationToken) => calls.HandleAsync<(string UserId, string? Key)>(
        request,
        () => new(ReadUserAndKey(request)),
        async of => await limiter.StopAllAsync(of.UserId, of.Key, cancellationToken) switch
        {
            StopAllResult.Stopped stopped => new StoppedStreams(stopped.Count) { Replayed = stopped.Replayed },
            StopAllResult.KeyReused => Problem.OperationKeyReused(),
            var result => throw Unexpected(result),
        },
        RepeatByKey,
        cancellationToken);

    /// <summary><c>GET /stream-limit?userId=</c>: gets the user's limit and plan.</summary>
    public Task<IResult> GetLimitAsync(HttpRequest request, CancellationToken cancellationToken) => calls.HandleAsync<string>(
        request,
        () => new(UserIdQuery.Read(request)),
        async userId => LimitResponse.From(await limiter.GetLimitAsync(userId, cancellationToken)),
        adviceIfUnknown: null,
        cancellationToken);

    /// <summary><c>PUT /stream-limit?userId=</c>: sets or removes the user's own limit, plan or both.</summary>
    public Task<IResult> SetLimitAsync(HttpRequest request, CancellationToken cancellationToken) => calls.HandleAsync<(string UserId, string? Key, LimitChange Change)>(
        request,
        async () =>
        {
            if (!UserIdQuery.Read(request).TryGet(out var userId, out var problem))
            {
                return problem;
            }

            var body = await RequestBody.ReadAsync(request, content => BodyReader.ReadLimit(content, plans), timeout, time, cancellationToken);
            return body.TryGet(out var change, out problem) && IdempotencyKeyHeader.TryRead(request, out var key, out problem)
                ? (userId, key, change)
                : problem!;
        },
        async of => await limiter.SetLimitAsync(of.UserId, of.Change, of.Key, cancellationToken) switch
        {
            SetLimitResult.LimitSet set => LimitResponse.From(set.Limit) with { Replayed = set.Replayed },
            SetLimitResult.KeyReused => Problem.OperationKeyReused(),
            var result => throw Unexpected(result),
        },
        RepeatByKey,
        cancellationToken);

    /// <summary><c>DELETE /stream-limit?userId=</c>: removes the user's own limit and plan.</summary>
    public Task<IResult> ResetLimitAsync(HttpRequest request, CancellationToken cancellationToken) => calls.HandleAsync<(string UserId, string? Key)>(
        request,
        () => new(ReadUserAndKey(request)),
        async of =>
        {
            switch (await limiter.SetLimitAsync(of.UserId, LimitChange.Reset, of.Key, cancellationToken))
            {
                case SetLimitResult.LimitSet set:
                    IdempotencyKeyHeader.Mark(request.HttpContext.Response, set.Replayed);
                    return TypedResults.NoContent();
                case SetLimitResult.KeyReused:
                    return Problem.OperationKeyReused();
                case var result:
                    throw Unexpected(result);
            }
        },
        RepeatByKey,
        cancellationToken);

    /// <summary><c>POST /stream-limit/batch</c>: changes the limits and plans of many users. The results of each part are sent before the next part.</summary>
    public Task<IResult> SetLimitsAsync(HttpRequest request, CancellationToken cancellationToken) => calls.HandleAsync<List<LimitLine>>(
        request,
        () => RequestBody.ReadAsync(request, body => LimitBatch.Read(body, plans), timeout, time, cancellationToken, RequestBody.MaxBytesOfMany, RequestBody.JsonLines),
        async lines =>
        {
            foreach (var part in LimitBatch.Parts(lines))
            {
                await LimitBatch.WriteAsync(request.HttpContext.Response, await SetLimitsAsync(part, request, cancellationToken), cancellationToken);
            }

            return Results.Empty;
        },
        CallExecution.Repeat,
        cancellationToken);

    /// <summary><c>GET /user?userId=</c>: gets everything that is held about the user.</summary>
    public Task<IResult> GetUserAsync(HttpRequest request, CancellationToken cancellationToken) => calls.HandleAsync<string>(
        request,
        () => new(UserIdQuery.Read(request)),
        async userId => UserDataResponse.From(await limiter.ExportAsync(userId, cancellationToken)),
        adviceIfUnknown: null,
        cancellationToken);

    /// <summary><c>DELETE /user?userId=</c>: deletes everything that is held about the user.</summary>
    public Task<IResult> EraseUserAsync(HttpRequest request, CancellationToken cancellationToken) => calls.HandleAsync<string>(
        request,
        () => new(UserIdQuery.Read(request)),
        async userId =>
        {
            await limiter.EraseAsync(userId, cancellationToken);
            ended.Clear();
            return TypedResults.NoContent();
        },
        CallExecution.Repeat,
        cancellationToken);

    /// <summary><c>GET /plans</c>: lists the plans of this instance.</summary>
    public Task<IResult> PlansAsync() => Task.FromResult<IResult>(PlanList.From(plans));

    /// <summary><c>GET /health/live</c>: reports that the process responds.</summary>
    public static Task<IResult> LiveAsync() => Task.FromResult<IResult>(new Health("live"));

    /// <summary><c>GET /health/ready</c>: reports whether the store works.</summary>
    public async Task<IResult> ReadyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (await limiter.ProbeAsync(cancellationToken) is not StoreReadiness.NotReady { Reason: var reason })
            {
                return new Health("ready");
            }

            calls.Outages.Add(reason);
            return Problem.NotReady(reason, RetryAfterNotReady);
        }
#pragma warning disable CA1031 // The container or the procedure is missing, or the identity has no permission: not ready until an operator acts.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            calls.Outages.Add(ProbeFailed, fault);
            return Problem.NotReady(ProbeFailed, RetryAfterNotReady);
        }
        catch (OperationCanceledException cancelled)
        {
            return calls.ProblemOf(cancelled, request, adviceIfUnknown: null, cancellationToken);
        }
    }

    /// <summary>Writes the problem document for the status of the response.</summary>
    public static Task WriteProblemAsync(HttpContext context) => Problem.Of(context.Response.StatusCode).ExecuteAsync(context);

    private async Task<IEnumerable<LimitResult>> SetLimitsAsync(List<LimitLine> lines, HttpRequest request, CancellationToken cancellationToken)
    {
        List<UserLimitChange> changes = [];
        foreach (var line in lines)
        {
            if (line.Change.TryGet(out var change, out _))
            {
                changes.Add(change);
            }
        }

        var results = await limiter.SetLimitsAsync(changes, cancellationToken);
        var traceId = calls.Log([.. results.OfType<SetLimitResult.Failed>().Select(failed => failed.Cause)], request);
        var next = 0;
        return lines.ConvertAll(line => !line.Change.TryGet(out var change, out var problem)
            ? LimitResult.From(line.Number, problem, userId: null)
            : results[next++] switch
            {
                SetLimitResult.LimitSet set => LimitResult.From(line.Number, set),
                SetLimitResult.KeyReused => LimitResult.From(line.Number, Problem.OperationKeyReused() with { Field = "idempotencyKey" }, change.UserId),
                SetLimitResult.Failed failed => LimitResult.From(line.Number, CallExecution.ProblemOf(failed.Cause, traceId), change.UserId),
                var result => throw Unexpected(result),
            });
    }

    private static Input<StreamRecordId> ReadId(string id) =>
        StreamRecordId.TryParse(id, out var recordId) ? recordId : Problem.NotAnId();

    private static Input<(string UserId, string? Key)> ReadUserAndKey(HttpRequest request) =>
        UserIdQuery.Read(request).TryGet(out var userId, out var problem) && IdempotencyKeyHeader.TryRead(request, out var key, out problem)
            ? (userId, key)
            : problem!;

    internal static InvalidOperationException Unexpected(object result) => new($"{result} has no response.");
}
