using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using StreamChecker.Plans;

namespace StreamChecker.Http;

/// <summary>An error as an RFC 9457 problem document: <c>application/problem+json</c> with a stable <c>type</c>.</summary>
internal record Problem(
    [property: JsonPropertyOrder(-4), Description("The problem type: a URI reference to its documentation.")] string Type,
    [property: JsonPropertyOrder(-3), Description("A short summary of the problem type.")] string Title,
    [property: JsonPropertyOrder(-2), Description("The HTTP status code.")] int Status,
    [property: JsonPropertyOrder(-1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("An explanation of this occurrence.")] string? Detail = null) : JsonResponse
{
    public const string PlayerScheme = "PlayerToken";

    private const string RepeatFreely = "The request had no effect. Retry it.";

    /// <summary>The invalid field of the body or the query, or the invalid header.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The invalid field of the body or the query, or the invalid header.")]
    public string? Field { get; init; }

    /// <summary>The trace ID that the service logged with the failure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The trace ID of the failure in the service's log.")]
    public string? TraceId { get; init; }

    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The content codings that the service accepts, if the body's was not among them.</summary>
    [JsonIgnore]
    public string? AcceptEncoding { get; init; }

    /// <summary>The scheme of <c>WWW-Authenticate</c>, if the host does not set it.</summary>
    [JsonIgnore]
    public string? Scheme { get; init; }

    protected override int StatusCode => Status;

    protected override string ContentType => "application/problem+json";

    public static Problem InvalidBody(string detail) =>
        new(ProblemTypes.InvalidRequest, "Invalid request", StatusCodes.Status400BadRequest, detail);

    public static Problem InvalidField(string field, string error) => InvalidBody($"{field} {error}.") with { Field = field };

    /// <summary>A rule of the user's plan requires a tag or the field <c>deviceId</c>.</summary>
    public static Problem ValueRequired(string name) =>
        InvalidField(PlanRule.Fields.Contains(name) ? name : $"tags.{name}", "is required by a rule of the user's plan");

    public static Problem NotAnId() => InvalidField("id", "is not a stream record ID");

    public static Problem KeyReused() => KeyReused("The key was used with another streamId, deviceName, deviceId, sameDevice, plan or other tags.");

    public static Problem OperationKeyReused() => KeyReused("The key was used for another operation, or another limit or plan.");

    public static Problem ForeignReplacement() => new(
        ProblemTypes.ForeignReplacement,
        "The stream to replace belongs to another user",
        StatusCodes.Status422UnprocessableEntity,
        "replace must name streams of the same user only. No stream was ended.") { Field = "replace" };

    /// <summary>The body is compressed.</summary>
    public static Problem Encoded() =>
        Of(StatusCodes.Status415UnsupportedMediaType, "The body must not be compressed: send it without a Content-Encoding.") with { AcceptEncoding = "identity" };

    /// <summary>The token of a player's call is not valid.</summary>
    public static Problem InvalidToken(bool isExpired) => new(
        ProblemTypes.PlayerTokenInvalid,
        "Invalid player token",
        StatusCodes.Status401Unauthorized,
        isExpired ? "The player's token has expired. Start the stream again." : "The URL has no token that this service issued.") { Scheme = PlayerScheme };

    /// <summary>The player makes too many calls.</summary>
    public static Problem TooManyRequests(TimeSpan retryAfter) => new(
        ProblemTypes.TooManyRequests, "Too many requests", StatusCodes.Status429TooManyRequests, "A player may make one call a second.") { RetryAfter = retryAfter };

    /// <summary>The limit of concurrent requests is reached.</summary>
    public static Problem Busy() => Unavailable(TimeSpan.FromSeconds(1));

    /// <summary>The request is known to have had no effect.</summary>
    /// <param name="retryAfter">How long to wait before a retry.</param>
    /// <param name="obstacle">The reason why the store rejects writes, in one sentence; null if the condition is transient.</param>
    public static Problem Unavailable(TimeSpan retryAfter, string? obstacle = null) =>
        NotReady(obstacle is null ? RepeatFreely : $"{obstacle} {RepeatFreely}", retryAfter);

    /// <summary>The store does not work.</summary>
    public static Problem NotReady(string reason, TimeSpan retryAfter) =>
        NotNow(ProblemTypes.StoreUnavailable, "The stream store is unavailable", reason, retryAfter);

    /// <summary>The request may have taken effect: its deadline passed, a response of the store was lost, or the host cancelled it.</summary>
    public static Problem OutcomeUnknown(string advice, TimeSpan retryAfter) => NotNow(
        ProblemTypes.OutcomeUnknown, "The outcome of the request is unknown", $"The request may have taken effect. {advice}", retryAfter);

    public static Problem Fault(string traceId) =>
        new(ProblemTypes.InternalError, "Internal error", StatusCodes.Status500InternalServerError) { TraceId = traceId };

    /// <summary>The problem document for a status code.</summary>
    public static Problem Of(int status, string? detail = null) => status switch
    {
        StatusCodes.Status401Unauthorized => new(
            ProblemTypes.KeyRequired, "API key required", status, detail ?? "Send an API key in the header x-functions-key or the query parameter code."),
        StatusCodes.Status404NotFound => new(ProblemTypes.NotFound, "Not found", status, detail),
        StatusCodes.Status405MethodNotAllowed => new(ProblemTypes.MethodNotAllowed, "Method not allowed", status, detail),
        StatusCodes.Status408RequestTimeout => new(ProblemTypes.BodyTooSlow, "Request body timed out", status, detail),
        StatusCodes.Status413PayloadTooLarge => new(ProblemTypes.BodyTooLarge, "Request body too large", status, detail),
        StatusCodes.Status415UnsupportedMediaType => new(ProblemTypes.UnsupportedMediaType, "Unsupported media type", status, detail),
        StatusCodes.Status421MisdirectedRequest => new(
            ProblemTypes.InvalidRequest,
            "Invalid request",
            status,
            detail ?? "A Server without keys accepts requests to localhost or a loopback address only. To use another name, set StreamChecker__ApiKeys and send a key."),
        >= 400 and < 500 => new(ProblemTypes.InvalidRequest, "Invalid request", status, detail),
        _ => new(ProblemTypes.InternalError, "Internal error", status, detail),
    };

    private static Problem NotNow(string type, string title, string detail, TimeSpan retryAfter) =>
        new(type, title, StatusCodes.Status503ServiceUnavailable, detail) { RetryAfter = retryAfter };

    private static Problem KeyReused(string detail) => new(
        ProblemTypes.IdempotencyKeyReused,
        "Idempotency key already used",
        StatusCodes.Status422UnprocessableEntity,
        detail) { Field = IdempotencyKeyHeader.Name };

    protected override void WriteHeaders(HttpResponse response)
    {
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = WholeSeconds(wait);
        }

        if (Scheme is { } scheme)
        {
            response.Headers.WWWAuthenticate = scheme;
        }

        if (AcceptEncoding is { } codings)
        {
            response.Headers.AcceptEncoding = codings;
        }

        if (Status == StatusCodes.Status408RequestTimeout)
        {
            // The rest of the body would be parsed as the next request.
            response.Headers.Connection = "close";
        }
    }
}

/// <summary>The start would violate rules of the user's plan; the body has the first of them, and then all, with the streams that they count.</summary>
internal sealed record LimitReachedProblem(
    [property: Description("The limit of the first violated rule.")] int Limit,
    [property: Description("The number of active streams, or of their distinct values, that this rule counts.")] int Active,
    [property: Description("The active streams that this rule counts, oldest first.")] IReadOnlyList<StreamView> Streams,
    [property: Description("The violated rules, in the order of the plan.")] IReadOnlyList<ViolationView> Violations) : Problem(
    ProblemTypes.StreamLimitReached,
    "Stream limit reached",
    StatusCodes.Status403Forbidden,
    Explain(Violations[0]))
{
    public static LimitReachedProblem From(StartResult.LimitReached rejection)
    {
        ViolationView[] violations = [.. rejection.Violations.Select(ViolationView.From)];
        return new(violations[0].Limit, violations[0].Active, violations[0].Streams, violations) { RetryAfter = rejection.RetryAfter };
    }

    private static string Explain(ViolationView first) => first.Rule == Plan.AllStreams
        ? $"{first.Active} of {first.Limit} streams are active."
        : $"The limit of the rule {first.Rule} is {first.Limit}; {first.Active} count already.";
}

/// <summary>A violated rule.</summary>
internal sealed record ViolationView(
    [property: Description("The name of the rule.")] string Rule,
    [property: Description("Its limit.")] int Limit,
    [property: Description("The number of active streams, or of their distinct values, that it counts.")] int Active,
    [property: Description("The active streams that it counts, oldest first.")] IReadOnlyList<StreamView> Streams)
{
    public static ViolationView From(RuleViolation violation) =>
        new(violation.Rule, violation.Limit, violation.Active, [.. violation.Streams.Select(StreamView.From)]);
}

/// <summary>The stream has ended; the body gives the reason.</summary>
internal sealed record StreamEndedProblem(
    int Status,
    [property: Description("The reason why the stream ended.")] StreamEndReason Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [property: Description("The stream that replaced it, if it was replaced.")] StreamReference? ReplacedBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [property: Description("If it was replaced: whether by a stream on the same device, by `deviceId`.")] bool? SameDevice)
    : Problem(ProblemTypes.StreamEnded, "The stream has ended", Status)
{
    public static StreamEndedProblem OfRetriedStart(StreamEnding ending) => From(StatusCodes.Status409Conflict, ending);

    public static StreamEndedProblem OfHeartbeat(StreamEnding ending) => From(StatusCodes.Status410Gone, ending);

    private static StreamEndedProblem From(int status, StreamEnding ending) =>
        ending.ReplacedBy is { } by
            ? new(status, ending.Reason, StreamReference.From(by), ending.SameDevice)
            : new(status, ending.Reason, null, null);
}

/// <summary>The <c>type</c> of every problem: a stable URI reference.</summary>
internal static class ProblemTypes
{
    public const string InvalidRequest = Root + "invalid-request";
    public const string StreamLimitReached = Root + "stream-limit-reached";
    public const string StreamEnded = Root + "stream-ended";
    public const string IdempotencyKeyReused = Root + "idempotency-key-reused";
    public const string ForeignReplacement = Root + "foreign-replacement";
    public const string KeyRequired = Root + "key-required";
    public const string PlayerTokenInvalid = Root + "player-token-invalid";
    public const string TooManyRequests = Root + "too-many-requests";
    public const string NotFound = Root + "not-found";
    public const string MethodNotAllowed = Root + "method-not-allowed";
    public const string BodyTooSlow = Root + "body-too-slow";
    public const string BodyTooLarge = Root + "body-too-large";
    public const string UnsupportedMediaType = Root + "unsupported-media-type";
    public const string StoreUnavailable = Root + "store-unavailable";
    public const string OutcomeUnknown = Root + "outcome-unknown";
    public const string InternalError = Root + "internal-error";

    private const string Root = "/problems/";

    /// <summary>All types.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        InvalidRequest, StreamLimitReached, StreamEnded, IdempotencyKeyReused, ForeignReplacement, KeyRequired, PlayerTokenInvalid, TooManyRequests,
        NotFound, MethodNotAllowed, BodyTooSlow, BodyTooLarge, UnsupportedMediaType, StoreUnavailable, OutcomeUnknown, InternalError,
    ];
}
