using StreamChecker.Http;
using StreamChecker.Plans;
using StreamChecker.Players;

namespace StreamChecker.Server.Contract;

/// <summary>The contracts of the stream record calls.</summary>
public static class StreamRecordContract
{
    private const string Subject = "Streams";

    /// <summary><c>POST /stream-record</c></summary>
    public static readonly CallContract Start = new("StartStream", Subject, "Start a stream")
    {
        Description =
            "Counts the user's active streams and, if no rule of the user's plan is violated, records one more, in one transaction. Otherwise the start is rejected, with the rules and the active streams that they count. " +
            "Without plans there is one rule: a limit on all streams. " +
            "`deviceId` ends the user's active stream on that device in the same transaction, so that a restarted player is not rejected because of its own earlier stream; with `sameDevice: \"count\"` the streams of one device count separately. " +
            "`replace` ends the named streams of the same user; `onLimit: \"replaceOldest\"` ends as many of the oldest as necessary. " +
            "With an `Idempotency-Key` a start can be retried after any failure.",
        Parameters = [CallParameter.IdempotencyKey],
        Body = typeof(StartBody),
        Responses = SharedResponses.AfterWithBody(
            CallResponse.Of<StartedStream>(StatusCodes.Status201Created, "The stream was admitted.", ResponseHeader.Location, ResponseHeader.Replayed) with
            {
                Links =
                [
                    new("RenewStream", CallParameter.RecordId, "id", "Send heartbeats of the stream with this ID."),
                    new("GetStream", CallParameter.RecordId, "id", "Get the stream with this ID."),
                    new("StopStream", CallParameter.RecordId, "id", "Stop the stream with this ID."),
                ],
            },
            SharedResponses.Invalid("Invalid body or `Idempotency-Key`. `field` names the invalid field."),
            CallResponse.Error(StatusCodes.Status403Forbidden, "The start would violate a rule of the user's plan.", ProblemContract.StreamLimitReached),
            CallResponse.Error(StatusCodes.Status409Conflict, "A retry of a start whose stream has ended.", ProblemContract.StreamEnded),
            CallResponse.Error(
                StatusCodes.Status422UnprocessableEntity,
                "The `Idempotency-Key` was used for another stream or device, or with another `sameDevice`, `plan` or `tags`, or `replace` names another user's stream.",
                ProblemContract.IdempotencyKeyReused,
                ProblemContract.ForeignReplacement)),
    };

    /// <summary><c>POST /stream-record/{id}/heartbeat</c></summary>
    public static readonly CallContract Renew = new("RenewStream", Subject, "Send a heartbeat")
    {
        Description = "Renews the stream's lease. A stream without heartbeats ends when its lease expires.",
        Parameters = [CallParameter.RecordId],
        Responses = SharedResponses.After(
            CallResponse.Ok<LiveStream>("The stream is active."),
            SharedResponses.Invalid("Invalid stream record ID."),
            CallResponse.Error(StatusCodes.Status410Gone, "The stream has ended: stop playback.", ProblemContract.StreamEnded)),
    };

    /// <summary><c>POST /stream-record/heartbeats</c></summary>
    public static readonly CallContract RenewMany = new("RenewStreams", Subject, "Send many heartbeats")
    {
        Description =
            "Renews the leases of up to 500 streams, of any users, each in a transaction of its own. For a backend that receives the heartbeats of players and passes them on. " +
            "The results are in the order of the IDs. An invalid ID, a stream that has ended, or one that the store did not process within the deadline is the result of that ID, not of the request.",
        Body = typeof(HeartbeatsBody),
        Responses = SharedResponses.AfterWithLargeBody(
            CallResponse.Ok<HeartbeatResults>("One result for each ID."),
            SharedResponses.Invalid("Invalid body. `field` names the invalid field.")),
    };

    /// <summary><c>GET /stream-record/{id}</c></summary>
    public static readonly CallContract Get = new("GetStream", Subject, "Get a stream")
    {
        Description =
            "Reports whether the stream is active, without renewing its lease. For a licence proxy, or a support tool, that has the ID; players send heartbeats. " +
            "Reads all streams of the user, so verify a playback token where that is enough.",
        Parameters = [CallParameter.RecordId],
        Responses = SharedResponses.After(
            CallResponse.Ok<ActiveStream>("The stream is active."),
            SharedResponses.Invalid("Invalid stream record ID."),
            CallResponse.Error(StatusCodes.Status410Gone, "The stream has ended.", ProblemContract.StreamEnded)),
    };

    /// <summary><c>DELETE /stream-record/{id}</c></summary>
    public static readonly CallContract Stop = new("StopStream", Subject, "Stop a stream")
    {
        Description = "Ends the stream; another can start immediately. The request is idempotent.",
        Parameters = [CallParameter.RecordId],
        Responses = SharedResponses.After(
            CallResponse.Nothing("The stream has ended, now or earlier."),
            SharedResponses.Invalid("Invalid stream record ID.")),
    };

    /// <summary><c>GET /stream-record?userId=</c></summary>
    public static readonly CallContract List = new("ListStreams", Subject, "List a user's active streams")
    {
        Description = "The active streams, oldest first, and the user's limit. An unknown user has no streams and the default limit.",
        Parameters = [CallParameter.UserId],
        Responses = SharedResponses.After(
            CallResponse.Ok<StreamList>("The active streams and the limit."),
            SharedResponses.Invalid("Missing or invalid `userId`.")),
    };

    /// <summary><c>DELETE /stream-record?userId=</c></summary>
    public static readonly CallContract StopAll = new("StopAllStreams", Subject, "Stop all streams of a user")
    {
        Description = "Ends all active streams; new ones can start immediately. The user's limit does not change.",
        Parameters = [CallParameter.UserId, CallParameter.IdempotencyKey],
        Responses = SharedResponses.After(
            CallResponse.Of<StoppedStreams>(StatusCodes.Status200OK, "No stream of the user is active.", ResponseHeader.Replayed),
            SharedResponses.Invalid("Invalid `userId` or `Idempotency-Key`. `field` names the invalid field."),
            SharedResponses.KeyReused),
    };
}

/// <summary>The contracts of the limit calls.</summary>
public static class StreamLimitContract
{
    private const string Subject = "Limits";

    /// <summary><c>GET /stream-limit?userId=</c></summary>
    public static readonly CallContract Get = new("GetLimit", Subject, "Get a user's stream limit")
    {
        Description = "The user's own limit, or that of the user's plan, and the plan.",
        Parameters = [CallParameter.UserId],
        Responses = SharedResponses.After(
            CallResponse.Ok<LimitResponse>("The user's limit."),
            SharedResponses.Invalid("Missing or invalid `userId`.")),
    };

    /// <summary><c>PUT /stream-limit?userId=</c></summary>
    public static readonly CallContract Set = new("SetLimit", Subject, "Set a user's stream limit")
    {
        Description =
            "Sets the user's own limit, the user's plan, or both; what is absent stays as it is, and null removes it. The own limit is that of the plan's rule `streams`. " +
            "A change applies from the next start on. A lowered limit ends no stream; 0 rejects every start.",
        Parameters = [CallParameter.UserId, CallParameter.IdempotencyKey],
        Body = typeof(LimitBody),
        Responses = SharedResponses.AfterWithBody(
            CallResponse.Of<LimitResponse>(StatusCodes.Status200OK, "The new limit.", ResponseHeader.Replayed),
            SharedResponses.Invalid("Invalid `userId`, body or `Idempotency-Key`. `field` names the invalid field."),
            SharedResponses.KeyReused),
    };

    /// <summary><c>DELETE /stream-limit?userId=</c></summary>
    public static readonly CallContract Reset = new("ResetLimit", Subject, "Reset a user's stream limit")
    {
        Description = "Removes the user's own limit and plan: the plan `default` applies from the next start on. No stream ends. The request is idempotent.",
        Parameters = [CallParameter.UserId, CallParameter.IdempotencyKey],
        Responses = SharedResponses.After(
            CallResponse.Nothing("The user has the default limit.") with { Headers = [ResponseHeader.Replayed] },
            SharedResponses.Invalid("Invalid `userId` or `Idempotency-Key`. `field` names the invalid field."),
            SharedResponses.KeyReused),
    };

    /// <summary><c>POST /stream-limit/batch</c></summary>
    public static readonly CallContract SetMany = new("SetLimits", Subject, "Set the stream limits of many users")
    {
        Description =
            "Sets and resets limits, each in a transaction of its own: up to 10,000 lines, each a JSON object with `userId`, `maxConcurrentStreams` (null returns to the default) and optionally `idempotencyKey`. " +
            "The response has one line for each line, in the same order, and is sent while the changes are made. An invalid line, or one that the store did not process within its deadline, is the result of that line, not of the request. " +
            "If the response ends early, the outcome of the lines without a result is unknown: send them again.",
        Body = typeof(LimitLineBody),
        BodyType = RequestBody.JsonLines,
        Responses = SharedResponses.AfterWithLargeBody(
            CallResponse.Lines<LimitResult>("One result for each line that is not empty."),
            SharedResponses.Invalid("The body has no line, or more than 10,000.")),
    };
}

/// <summary>The contract of the list of plans.</summary>
public static class PlanContract
{
    /// <summary><c>GET /plans</c></summary>
    public static readonly CallContract List = new("ListPlans", "Plans", "List the plans")
    {
        Description = "The plans of this instance, with their rules and the tags that a start should send for them. During a rollout instances may have different plans; compare the hashes.",
        Responses = [CallResponse.Ok<PlanList>("The plans."), SharedResponses.KeyRequired, SharedResponses.Misdirected],
    };
}

/// <summary>The contracts of the calls for a user's data.</summary>
public static class UserContract
{
    private const string Subject = "Users";

    /// <summary><c>GET /user?userId=</c></summary>
    public static readonly CallContract Get = new("GetUser", Subject, "Get everything that is held about a user")
    {
        Description =
            "All stream records, those of ended streams included, with devices and the time at which each is deleted; the user's own limit; and the operations that are remembered for retries. " +
            "An unknown user has none of these.",
        Parameters = [CallParameter.UserId],
        Responses = SharedResponses.After(
            CallResponse.Ok<UserDataResponse>("Everything that is held about the user."),
            SharedResponses.Invalid("Missing or invalid `userId`.")),
    };

    /// <summary><c>DELETE /user?userId=</c></summary>
    public static readonly CallContract Erase = new("EraseUser", Subject, "Erase a user")
    {
        Description =
            "Deletes everything that is held about the user: stream records, limit and remembered operations. Active streams end; their heartbeats return 410 with the reason `unknown`. " +
            "A start at the same time takes effect before it, and is erased, or after it. The request is idempotent; after `outcome-unknown` repeat it.",
        Parameters = [CallParameter.UserId],
        Responses = SharedResponses.After(
            CallResponse.Nothing("Nothing is held about the user."),
            SharedResponses.Invalid("Missing or invalid `userId`.")),
    };
}

/// <summary>The contracts of the players' own calls.</summary>
public static class PlayerContract
{
    private const string Subject = "Players";
    private const string NeedsNoKey =
        "The token in the URL is the permission: the call needs no API key. `player.url` of the start's response has it. The response has the CORS headers for the origins that the service allows, and OPTIONS responds to a preflight.";

    private static readonly CallResponse InvalidToken = CallResponse.Error(
        StatusCodes.Status401Unauthorized, "The token is not one that the service issued, or it has expired. `detail` says which.", ProblemContract.PlayerTokenInvalid);

    private static readonly CallResponse TooManyRequests = CallResponse.Error(
        StatusCodes.Status429TooManyRequests, "The player makes more than one call a second.", ProblemContract.TooManyRequests);

    private static readonly CallResponse Ended =
        CallResponse.Error(StatusCodes.Status410Gone, "The stream has ended: stop playback.", ProblemContract.StreamEnded);

    /// <summary><c>POST /player/{token}/heartbeat</c></summary>
    public static readonly CallContract Renew = new("RenewPlayer", Subject, "Send a player's heartbeat")
    {
        Description = "Renews the stream's lease. In the second half of the token's life the response has a new `player`: use its URL from then on. " + NeedsNoKey,
        Parameters = [CallParameter.PlayerToken],
        Responses = After(CallResponse.Ok<LiveStream>("The stream is active."), Ended),
    };

    /// <summary><c>POST /player/{token}/stop</c></summary>
    public static readonly CallContract Stop = new("StopPlayer", Subject, "Stop a player's stream")
    {
        Description = "Ends the stream; another can start immediately. The body is ignored, whatever its type, so that `navigator.sendBeacon` can make the call while a page is closed. The request is idempotent. " + NeedsNoKey,
        Parameters = [CallParameter.PlayerToken],
        Responses = After(CallResponse.Nothing("The stream has ended, now or earlier.")),
    };

    /// <summary><c>POST /player/{token}/cmcd</c></summary>
    public static readonly CallContract Report = new("ReportPlayer", Subject, "Report a player's CMCD events")
    {
        Description =
            "Takes the events of CMCD version 2 (CTA-5004-B, event mode), one a line: `e=t`, the time interval, is a heartbeat; the state `sta` `e` (ended) or `q` (quit) stops the stream, unless a later event has another state; " +
            "all other events are accepted and ignored, as are unknown keys, malformed values, and events of later versions. " + NeedsNoKey,
        Parameters = [CallParameter.PlayerToken],
        Body = typeof(string),
        BodyType = CmcdReports.ContentType,
        Responses =
        [
            .. After(CallResponse.Nothing("The events were accepted."), Ended),
            SharedResponses.BodyTooSlow,
            SharedResponses.BodyTooLarge,
            CallResponse.Error(StatusCodes.Status415UnsupportedMediaType, "The body is not declared as `application/cmcd`, or it is compressed.", ProblemContract.UnsupportedMediaType),
        ],
    };

    private static IReadOnlyList<CallResponse> After(params CallResponse[] own) =>
        [.. own, InvalidToken, TooManyRequests, SharedResponses.InternalError, SharedResponses.StoreUnavailable];
}

/// <summary>The contract of the keys that verify playback tokens.</summary>
public static class PlaybackContract
{
    private const string Subject = "Playback";

    /// <summary><c>GET /.well-known/jwks.json</c></summary>
    public static readonly CallContract Keys = new("PlaybackKeys", Subject, "Get the keys of playback tokens")
    {
        Description = "The public keys that verify `playback.token` of starts and heartbeats, as a JSON Web Key Set. Empty without playback keys. Cache it for five minutes. Anonymous.",
        Responses = [CallResponse.Ok<PlaybackKeySet>("The keys.")],
    };
}

/// <summary>The contracts of the health checks.</summary>
public static class HealthContract
{
    private const string Subject = "Health";

    /// <summary><c>GET /health/live</c></summary>
    public static readonly CallContract Live = new("Live", Subject, "Check liveness")
    {
        Description = "Reports that the process responds. For liveness probes: if it fails, restart the process. Anonymous.",
        Responses = [CallResponse.Ok<Health>("The process responds.")],
    };

    private static readonly CallResponse NotReady = CallResponse.Error(
        StatusCodes.Status503ServiceUnavailable, "The store does not work. `detail` gives the reason.", ProblemContract.StoreUnavailable);

    /// <summary><c>GET /health/ready</c></summary>
    public static readonly CallContract Ready = new("Ready", Subject, "Check readiness")
    {
        Description =
            "Reports whether the store works. For readiness probes. The embedded store is ready if writes reach its disk; Cosmos DB is ready if a read of one partition succeeds, which does not prove a write. " +
            "The store is probed at most once per second, one probe at a time, regardless of the number of requests. Anonymous.",
        Responses = [CallResponse.Ok<Health>("The store works."), NotReady],
    };
}

/// <summary>The contracts of the documentation calls.</summary>
public static class DocumentationContract
{
    private const string Subject = "Documentation";

    /// <summary><c>GET /openapi.json</c></summary>
    public static readonly CallContract OpenApi = new("OpenApi", Subject, "Get the OpenAPI document")
    {
        Description = "For client generators and contract tests. Anonymous.",
        Responses = [CallResponse.Page(RequestBody.Json, "The OpenAPI document.") with { Body = typeof(object) }, CallResponse.NotModified],
    };

    /// <summary><c>GET /docs</c></summary>
    public static readonly CallContract Docs = new("Docs", Subject, "Show the documentation page")
    {
        Description = "Shows this document in a browser. The page loads nothing from other hosts. Anonymous.",
        Responses = [CallResponse.Page("text/html", "A page that shows the calls and sends requests."), CallResponse.NotModified],
    };

    /// <summary><c>GET /docs/{asset}</c></summary>
    public static readonly CallContract DocsAsset = new("DocsAsset", Subject, "Get a file of the documentation page")
    {
        Description = "The script and the style sheet of the documentation page. Anonymous.",
        Parameters = [new("asset", "path", "The file's name.") { Values = [Documentation.Style, Documentation.Script] }],
        Responses = [CallResponse.Page("text/css", "The file.") with { OtherContentTypes = ["text/javascript"] }, CallResponse.NotModified, SharedResponses.NotFound],
    };

    /// <summary><c>GET /problems/{name}</c></summary>
    public static readonly CallContract Problem = new("Problem", Subject, "Get the documentation of a problem type")
    {
        Description = "The `type` of a problem document is the path of its page. Anonymous.",
        Parameters = [new("name", "path", "The last part of the problem's `type`.") { Values = [.. ProblemTypes.All.Select(type => type.Split('/')[^1])] }],
        Responses =
        [
            CallResponse.Page("text/markdown", "The meaning of the problem and what the client should do."), CallResponse.NotModified, SharedResponses.NotFound,
        ],
    };
}

/// <summary>The contracts of the pages for people.</summary>
public static class PageContract
{
    private const string Subject = "Pages";

    /// <summary><c>GET /console</c></summary>
    public static readonly CallContract Console = new("Console", Subject, "Show the console")
    {
        Description =
            "A page for support staff: what a user plays, with leases running down; stop, stop all, the user's limit and data; live figures. " +
            "The page is anonymous and holds no data: it makes the calls of this document with the API key that is typed into it. Served where `StreamChecker__Console` is `true`, the default on the Server.",
        Responses = [CallResponse.Page("text/html", "The page."), CallResponse.NotModified, SharedResponses.NotFound],
    };

    /// <summary><c>GET /demo</c></summary>
    public static readonly CallContract Demo = new("Demo", Subject, "Show the demo")
    {
        Description =
            "A page with two players and a limit of one stream: the second start ends the first. It makes the calls of this document for a user of its own, and erases that user when it is left. " +
            "Anonymous. Served where `StreamChecker__Demo` is `true`, the default on the Server.",
        Responses = [CallResponse.Page("text/html", "The page."), CallResponse.NotModified, SharedResponses.NotFound],
    };
}
