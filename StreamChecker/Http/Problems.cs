using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

/// <summary>A refusal or a failure, as RFC 9457 has it: <c>application/problem+json</c> with a stable <c>type</c>.</summary>
internal record Problem(
    [property: JsonPropertyOrder(-4), Description("What kind of problem it is: a URI reference, where it is explained.")] string Type,
    [property: JsonPropertyOrder(-3), Description("The kind of problem, for a person. The same for every problem of a type.")] string Title,
    [property: JsonPropertyOrder(-2), Description("The status of the answer.")] int Status,
    [property: JsonPropertyOrder(-1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("What is wrong this time, for a person.")] string? Detail = null) : JsonResponse
{
    private const string RepeatFreely = "The call had no effect. Make the same call again.";

    /// <summary>The field of the body or query, or the header, that is wrong.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The field of the body or query, or the header, that is wrong.")]
    public string? Field { get; init; }

    /// <summary>Under which a failure of ours is found in our logs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Under which the failure is found in the service's log.")]
    public string? TraceId { get; init; }

    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The content codings that would have been accepted, where the one of the body was not.</summary>
    [JsonIgnore]
    public string? AcceptEncoding { get; init; }

    protected override int StatusCode => Status;

    protected override string ContentType => "application/problem+json";

    public static Problem InvalidBody(string detail) =>
        new(ProblemTypes.InvalidRequest, "The request is not valid", StatusCodes.Status400BadRequest, detail);

    public static Problem InvalidField(string field, string flaw) => InvalidBody($"{field} {flaw}.") with { Field = field };

    public static Problem NotAnId() => InvalidField("id", "is not the id of a stream record");

    public static Problem KeyReused() => KeyReused("The key was used for another streamId or deviceName.");

    public static Problem OperationKeyReused() => KeyReused("The key was used for another operation or another limit.");

    public static Problem ForeignReplacement() => new(
        ProblemTypes.ForeignReplacement,
        "A stream to be replaced is another user's",
        StatusCodes.Status422UnprocessableEntity,
        "replace may name streams of the same user only. Nothing was ended.") { Field = "replace" };

    /// <summary>The body is compressed.</summary>
    public static Problem Encoded() =>
        Of(StatusCodes.Status415UnsupportedMediaType, "The body must not be compressed: send it without Content-Encoding.") with { AcceptEncoding = "identity" };

    /// <summary>There are too many calls already.</summary>
    public static Problem Busy() => Unavailable(TimeSpan.FromSeconds(1));

    /// <summary>It is known that the call had no effect.</summary>
    /// <param name="retryAfter">When to make it again.</param>
    /// <param name="obstacle">What keeps the store from taking writes, in one sentence; null where it may pass by itself.</param>
    public static Problem Unavailable(TimeSpan retryAfter, string? obstacle = null) =>
        NotReady(obstacle is null ? RepeatFreely : $"{obstacle} {RepeatFreely}", retryAfter);

    /// <summary>The store does not work.</summary>
    public static Problem NotReady(string reason, TimeSpan retryAfter) =>
        NotNow(ProblemTypes.StoreUnavailable, "The stream store is busy or away", reason, retryAfter);

    /// <summary>The call may have taken effect: its deadline passed, a response of the store was lost, or the host cancelled it.</summary>
    public static Problem OutcomeUnknown(string advice, TimeSpan retryAfter) => NotNow(
        ProblemTypes.OutcomeUnknown, "The outcome of the call is not known", $"The call may have taken effect. {advice}", retryAfter);

    public static Problem Fault(string traceId) =>
        new(ProblemTypes.InternalError, "The service failed", StatusCodes.Status500InternalServerError) { TraceId = traceId };

    /// <summary>The problem for a status that HTTP itself explains.</summary>
    public static Problem Of(int status, string? detail = null) => status switch
    {
        StatusCodes.Status401Unauthorized => new(
            ProblemTypes.KeyRequired, "A key is needed", status, detail ?? "Send one of the service's keys in the header x-functions-key, or in the query parameter code."),
        StatusCodes.Status404NotFound => new(ProblemTypes.NotFound, "There is nothing here", status, detail),
        StatusCodes.Status405MethodNotAllowed => new(ProblemTypes.MethodNotAllowed, "The method is not allowed here", status, detail),
        StatusCodes.Status408RequestTimeout => new(ProblemTypes.BodyTooSlow, "The body came too slowly", status, detail),
        StatusCodes.Status413PayloadTooLarge => new(ProblemTypes.BodyTooLarge, "The body is too large", status, detail),
        StatusCodes.Status415UnsupportedMediaType => new(ProblemTypes.UnsupportedMediaType, "The content type is not supported", status, detail),
        StatusCodes.Status421MisdirectedRequest => new(
            ProblemTypes.InvalidRequest,
            "The request is not valid",
            status,
            detail ?? "A Server without keys takes calls to localhost or a loopback address only. To call it by another name, set StreamChecker__ApiKeys and send a key."),
        >= 400 and < 500 => new(ProblemTypes.InvalidRequest, "The request is not valid", status, detail),
        _ => new(ProblemTypes.InternalError, "The service failed", status, detail),
    };

    private static Problem NotNow(string type, string title, string detail, TimeSpan retryAfter) =>
        new(type, title, StatusCodes.Status503ServiceUnavailable, detail) { RetryAfter = retryAfter };

    private static Problem KeyReused(string detail) => new(
        ProblemTypes.IdempotencyKeyReused,
        "The idempotency key belongs to another call",
        StatusCodes.Status422UnprocessableEntity,
        detail) { Field = IdempotencyKeyHeader.Name };

    protected override void WriteHeaders(HttpResponse response)
    {
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = WholeSeconds(wait);
        }

        if (AcceptEncoding is { } codings)
        {
            response.Headers.AcceptEncoding = codings;
        }

        if (Status == StatusCodes.Status408RequestTimeout)
        {
            // What still comes of the body would be taken for the next request.
            response.Headers.Connection = "close";
        }
    }
}

/// <summary>The refusal of one stream too many: it says what is playing where.</summary>
internal sealed record LimitReachedProblem(
    [property: Description("How many streams the user may have at once.")] int Limit,
    [property: Description("How many are active.")] int Active,
    [property: Description("What is playing where, oldest first.")] IReadOnlyList<StreamView> Streams) : Problem(
    ProblemTypes.StreamLimitReached,
    "The user has as many streams as they may have",
    StatusCodes.Status403Forbidden,
    $"{Active} of {Limit} streams are active.")
{
    public static LimitReachedProblem From(StartResult.LimitReached refusal) =>
        new(refusal.Limit, refusal.Streams.Count, [.. refusal.Streams.Select(StreamView.From)]) { RetryAfter = refusal.RetryAfter };
}

/// <summary>The stream is over, and why.</summary>
internal sealed record StreamEndedProblem(
    int Status,
    [property: Description("Why the stream is over.")] StreamEndReason Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [property: Description("What took its place, where that is known.")] StreamReference? ReplacedBy)
    : Problem(ProblemTypes.StreamEnded, "The stream is over", Status)
{
    public static StreamEndedProblem OfRetriedStart(StreamEnding ending) => From(StatusCodes.Status409Conflict, ending);

    public static StreamEndedProblem OfHeartbeat(StreamEnding ending) => From(StatusCodes.Status410Gone, ending);

    private static StreamEndedProblem From(int status, StreamEnding ending) =>
        new(status, ending.Reason, ending.ReplacedBy is { } by ? StreamReference.From(by) : null);
}

/// <summary>The <c>type</c> of every problem: a URI reference that never changes its meaning.</summary>
internal static class ProblemTypes
{
    public const string InvalidRequest = Root + "invalid-request";
    public const string StreamLimitReached = Root + "stream-limit-reached";
    public const string StreamEnded = Root + "stream-ended";
    public const string IdempotencyKeyReused = Root + "idempotency-key-reused";
    public const string ForeignReplacement = Root + "foreign-replacement";
    public const string KeyRequired = Root + "key-required";
    public const string NotFound = Root + "not-found";
    public const string MethodNotAllowed = Root + "method-not-allowed";
    public const string BodyTooSlow = Root + "body-too-slow";
    public const string BodyTooLarge = Root + "body-too-large";
    public const string UnsupportedMediaType = Root + "unsupported-media-type";
    public const string StoreUnavailable = Root + "store-unavailable";
    public const string OutcomeUnknown = Root + "outcome-unknown";
    public const string InternalError = Root + "internal-error";

    private const string Root = "/problems/";

    /// <summary>Every type that there is.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        InvalidRequest, StreamLimitReached, StreamEnded, IdempotencyKeyReused, ForeignReplacement, KeyRequired, NotFound, MethodNotAllowed,
        BodyTooSlow, BodyTooLarge, UnsupportedMediaType, StoreUnavailable, OutcomeUnknown, InternalError,
    ];
}
