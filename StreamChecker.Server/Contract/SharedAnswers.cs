
namespace StreamChecker.Server.Contract;

/// <summary>The refusals that do not depend on what is asked for.</summary>
internal static class SharedAnswers
{
    public static readonly CallAnswer KeyRequired = CallAnswer.Refusal(
        StatusCodes.Status401Unauthorized, "The call needs a key.", ProblemContract.KeyRequired) with { SharedAs = nameof(KeyRequired) };

    public static readonly CallAnswer NotFound = CallAnswer.Refusal(
        StatusCodes.Status404NotFound, "There is nothing at this path.", ProblemContract.NotFound) with { SharedAs = nameof(NotFound) };

    public static readonly CallAnswer MethodNotAllowed = CallAnswer.Refusal(
        StatusCodes.Status405MethodNotAllowed, "The path does not take this method.", ProblemContract.MethodNotAllowed) with { SharedAs = nameof(MethodNotAllowed) };

    public static readonly CallAnswer BodyTooSlow = CallAnswer.Refusal(
        StatusCodes.Status408RequestTimeout, "The body did not arrive within the deadline of a call, or it came too slowly.", ProblemContract.BodyTooSlow)
        with { SharedAs = nameof(BodyTooSlow) };

    public static readonly CallAnswer BodyTooLarge = CallAnswer.Refusal(
        StatusCodes.Status413PayloadTooLarge, "The body is larger than 16 KiB.", ProblemContract.BodyTooLarge) with { SharedAs = nameof(BodyTooLarge) };

    public static readonly CallAnswer UnsupportedMediaType = CallAnswer.Refusal(
        StatusCodes.Status415UnsupportedMediaType, "The body is not declared as `application/json` in UTF-8, or it is compressed.", ProblemContract.UnsupportedMediaType)
        with { SharedAs = nameof(UnsupportedMediaType) };

    public static readonly CallAnswer KeyReused = CallAnswer.Refusal(
        StatusCodes.Status422UnprocessableEntity, "The `Idempotency-Key` was used for another operation or another limit.", ProblemContract.IdempotencyKeyReused)
        with { SharedAs = nameof(KeyReused) };

    public static readonly CallAnswer Misdirected = CallAnswer.Refusal(
        StatusCodes.Status421MisdirectedRequest,
        "A Server without keys was called by a name other than `localhost` or a loopback address.",
        ProblemContract.InvalidRequest) with { SharedAs = nameof(Misdirected) };

    public static readonly CallAnswer InternalError = CallAnswer.Refusal(
        StatusCodes.Status500InternalServerError, "The service failed. `traceId` finds the cause in its log.", ProblemContract.InternalError)
        with { SharedAs = nameof(InternalError) };

    public static readonly CallAnswer StoreUnavailable = CallAnswer.Refusal(
        StatusCodes.Status503ServiceUnavailable,
        "The store is busy or away, or the host cancelled the call. `store-unavailable`: the call had no effect, make it again after `Retry-After`. " +
        "`outcome-unknown`: it may have taken effect, repeat it with the same `Idempotency-Key`, or list the user's streams first.",
        ProblemContract.StoreUnavailable,
        ProblemContract.OutcomeUnknown) with { SharedAs = nameof(StoreUnavailable) };

    public static readonly IReadOnlyList<CallAnswer> All =
        [KeyRequired, NotFound, MethodNotAllowed, BodyTooSlow, BodyTooLarge, UnsupportedMediaType, KeyReused, Misdirected, InternalError, StoreUnavailable];

    /// <summary>What every call that reaches the store may answer, behind its own answers.</summary>
    public static IReadOnlyList<CallAnswer> After(params CallAnswer[] own) => [.. own, KeyRequired, Misdirected, InternalError, StoreUnavailable];

    /// <summary>The same for a call with a body.</summary>
    public static IReadOnlyList<CallAnswer> AfterWithBody(params CallAnswer[] own) => [.. After(own), BodyTooSlow, BodyTooLarge, UnsupportedMediaType];

    public static CallAnswer Invalid(string description) =>
        CallAnswer.Refusal(StatusCodes.Status400BadRequest, description, ProblemContract.InvalidRequest);
}
