namespace StreamChecker.Http;

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
