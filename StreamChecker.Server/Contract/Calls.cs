using StreamChecker.Http;

namespace StreamChecker.Server.Contract;

/// <summary>The calls about streams.</summary>
public static class StreamRecordContract
{
    private const string Subject = "Streams";

    /// <summary><c>POST /stream-record</c></summary>
    public static readonly CallContract Start = new("StartStream", Subject, "Starts a stream, if the user may have one more")
    {
        Description =
            "Counts the user's active streams and records one more, in one atomic step. At the limit it is refused with what is playing where; " +
            "`replace` ends the named streams of the same user in the same step, `onLimit: \"replaceOldest\"` as many of the oldest as it takes. " +
            "With an `Idempotency-Key` a start may be retried after any failure.",
        Parameters = [CallParameter.IdempotencyKey],
        Body = typeof(StartBody),
        Responses = SharedResponses.AfterWithBody(
            CallResponse.Of<StartedStream>(StatusCodes.Status201Created, "The stream may play.", ResponseHeader.Location, ResponseHeader.Replayed) with
            {
                Links =
                [
                    new("RenewStream", CallParameter.RecordId, "id", "Send heartbeats of the stream with this id."),
                    new("StopStream", CallParameter.RecordId, "id", "Stop the stream with this id."),
                ],
            },
            SharedResponses.Invalid("The body or the `Idempotency-Key` is not valid. `field` names what is wrong."),
            CallResponse.Refusal(StatusCodes.Status403Forbidden, "The user has as many streams as they may have.", ProblemContract.StreamLimitReached),
            CallResponse.Refusal(StatusCodes.Status409Conflict, "This is a retry of a start whose stream is over.", ProblemContract.StreamEnded),
            CallResponse.Refusal(
                StatusCodes.Status422UnprocessableEntity,
                "The `Idempotency-Key` was used for another stream or device, or `replace` names another user's stream.",
                ProblemContract.IdempotencyKeyReused,
                ProblemContract.ForeignReplacement)),
    };

    /// <summary><c>POST /stream-record/{id}/heartbeat</c></summary>
    public static readonly CallContract Renew = new("RenewStream", Subject, "Takes a heartbeat of a stream")
    {
        Description = "The stream lives for another lease. A stream that gets no heartbeat ends by itself when its lease lapses.",
        Parameters = [CallParameter.RecordId],
        Responses = SharedResponses.After(
            CallResponse.Ok<LiveStream>("The stream is alive."),
            SharedResponses.Invalid("The id is none of this service."),
            CallResponse.Refusal(StatusCodes.Status410Gone, "The stream is over: the player should stop.", ProblemContract.StreamEnded)),
    };

    /// <summary><c>DELETE /stream-record/{id}</c></summary>
    public static readonly CallContract Stop = new("StopStream", Subject, "Stops a stream")
    {
        Description = "The stream's slot is free at once. A stop may be repeated.",
        Parameters = [CallParameter.RecordId],
        Responses = SharedResponses.After(
            CallResponse.Nothing("The stream is over, whether it was before or not."),
            SharedResponses.Invalid("The id is none of this service.")),
    };

    /// <summary><c>GET /stream-record?userId=</c></summary>
    public static readonly CallContract List = new("ListStreams", Subject, "Lists what a user has running, oldest first")
    {
        Description = "The active streams and the user's limit, as they are at this moment. A user who was never seen has none.",
        Parameters = [CallParameter.UserId],
        Responses = SharedResponses.After(
            CallResponse.Ok<StreamList>("What the user has running, and how many they may have."),
            SharedResponses.Invalid("`userId` is missing or not valid.")),
    };

    /// <summary><c>DELETE /stream-record?userId=</c></summary>
    public static readonly CallContract StopAll = new("StopAllStreams", Subject, "Stops every stream of a user")
    {
        Description = "The user may start streams again at once. The user's own limit stays.",
        Parameters = [CallParameter.UserId, CallParameter.IdempotencyKey],
        Responses = SharedResponses.After(
            CallResponse.Of<StoppedStreams>(StatusCodes.Status200OK, "No stream is active.", ResponseHeader.Replayed),
            SharedResponses.Invalid("`userId` or the `Idempotency-Key` is not valid. `field` names what is wrong."),
            SharedResponses.KeyReused),
    };
}

/// <summary>The calls about limits.</summary>
public static class StreamLimitContract
{
    private const string Subject = "Limits";

    /// <summary><c>GET /stream-limit?userId=</c></summary>
    public static readonly CallContract Get = new("GetLimit", Subject, "Tells how many streams a user may have at once")
    {
        Description = "The user's own limit, or the default one where they have none.",
        Parameters = [CallParameter.UserId],
        Responses = SharedResponses.After(
            CallResponse.Ok<LimitResponse>("The user's limit."),
            SharedResponses.Invalid("`userId` is missing or not valid.")),
    };

    /// <summary><c>PUT /stream-limit?userId=</c></summary>
    public static readonly CallContract Set = new("SetLimit", Subject, "Gives a user a limit of their own")
    {
        Description = "A lowered limit ends no stream; it admits none until there is room. 0 means that the user may have none.",
        Parameters = [CallParameter.UserId, CallParameter.IdempotencyKey],
        Body = typeof(LimitBody),
        Responses = SharedResponses.AfterWithBody(
            CallResponse.Of<LimitResponse>(StatusCodes.Status200OK, "The user's limit from now on.", ResponseHeader.Replayed),
            SharedResponses.Invalid("`userId`, the body or the `Idempotency-Key` is not valid. `field` names what is wrong."),
            SharedResponses.KeyReused),
    };

    /// <summary><c>DELETE /stream-limit?userId=</c></summary>
    public static readonly CallContract Reset = new("ResetLimit", Subject, "Takes a user back to the default limit")
    {
        Description = "Ends no stream. It may be repeated.",
        Parameters = [CallParameter.UserId, CallParameter.IdempotencyKey],
        Responses = SharedResponses.After(
            CallResponse.Nothing("The user has the default limit, whether they had it before or not.") with { Headers = [ResponseHeader.Replayed] },
            SharedResponses.Invalid("`userId` or the `Idempotency-Key` is not valid. `field` names what is wrong."),
            SharedResponses.KeyReused),
    };
}

/// <summary>The calls of probes.</summary>
public static class HealthContract
{
    private const string Subject = "Health";

    /// <summary><c>GET /health/live</c></summary>
    public static readonly CallContract Live = new("Live", Subject, "Tells that the process answers")
    {
        Description = "For liveness probes: where it fails, only a restart can help. It needs no key.",
        Responses = [CallResponse.Ok<Health>("It does.")],
    };

    private static readonly CallResponse NotReady = CallResponse.Refusal(
        StatusCodes.Status503ServiceUnavailable, "It does not. `detail` says why.", ProblemContract.StoreUnavailable);

    /// <summary><c>GET /health/ready</c></summary>
    public static readonly CallContract Ready = new("Ready", Subject, "Reports whether the store works, too")
    {
        Description =
            "For readiness probes. The embedded store is ready where writes reach its disk; Cosmos DB is where a read of one partition succeeds, which does not prove a write. " +
            "The store is probed at most once a second, and one probe at a time, however many ask. It needs no key.",
        Responses = [CallResponse.Ok<Health>("It does."), NotReady],
    };
}

/// <summary>The calls of people who read.</summary>
public static class DocumentationContract
{
    private const string Subject = "Documentation";

    /// <summary><c>GET /openapi.json</c></summary>
    public static readonly CallContract OpenApi = new("OpenApi", Subject, "Gives this document")
    {
        Description = "For programs: generators of clients, contract tests. It needs no key.",
        Responses = [CallResponse.Page(CallResponse.Json, "The OpenAPI document.") with { Body = typeof(object) }, CallResponse.NotModified],
    };

    /// <summary><c>GET /docs</c></summary>
    public static readonly CallContract Docs = new("Docs", Subject, "Shows this document in a browser")
    {
        Description = "For people. The page loads nothing from anywhere else, and needs no key.",
        Responses = [CallResponse.Page("text/html", "A page to read and to try the calls."), CallResponse.NotModified],
    };

    /// <summary><c>GET /docs/{asset}</c></summary>
    public static readonly CallContract DocsAsset = new("DocsAsset", Subject, "Gives a part of that page")
    {
        Description = "The user interface's script and style, out of the program itself.",
        Parameters = [new("asset", "path", "The file's name.") { Values = [Documentation.Style, Documentation.Script] }],
        Responses = [CallResponse.Page("text/css", "The file.") with { OtherContentTypes = ["text/javascript"] }, CallResponse.NotModified, SharedResponses.NotFound],
    };

    /// <summary><c>GET /problems/{name}</c></summary>
    public static readonly CallContract Problem = new("Problem", Subject, "Explains a type of problem")
    {
        Description = "The `type` of a problem is the path of this call.",
        Parameters = [new("name", "path", "The last part of the problem's `type`.") { Values = [.. ProblemTypes.All.Select(type => type.Split('/')[^1])] }],
        Responses =
        [
            CallResponse.Page("text/markdown", "What the problem means and what a client should do."), CallResponse.NotModified, SharedResponses.NotFound,
        ],
    };
}
