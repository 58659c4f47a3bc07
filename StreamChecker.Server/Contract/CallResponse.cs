using StreamChecker.Http;

namespace StreamChecker.Server.Contract;

/// <summary>One status that a call answers with, and what comes with it.</summary>
internal sealed record CallResponse(int Status, string Description)
{
    public const string Json = "application/json";

    /// <summary>The shape of the body; null where it is a text, a problem, or where there is none.</summary>
    public Type? Body { get; init; }

    /// <summary>Null where there is no body.</summary>
    public string? ContentType { get; init; }

    /// <summary>The other content types that the body may have.</summary>
    public IReadOnlyList<string> OtherContentTypes { get; init; } = [];

    /// <summary>The problems that the status stands for; none where it is a success.</summary>
    public IReadOnlyList<ProblemContract> Problems { get; init; } = [];

    public IReadOnlyList<ResponseHeader> Headers { get; init; } = [];

    /// <summary>The calls that take a value of this response.</summary>
    public IReadOnlyList<ResponseLink> Links { get; init; } = [];

    /// <summary>The name of an answer that every call gives alike.</summary>
    public string? SharedAs { get; init; }

    public static CallResponse Ok<TBody>(string description) => Of<TBody>(StatusCodes.Status200OK, description);

    public static CallResponse Of<TBody>(int status, string description, params ResponseHeader[] headers) =>
        new(status, description) { Body = typeof(TBody), ContentType = Json, Headers = headers };

    /// <summary>A text that changes with the program's version only.</summary>
    public static CallResponse Page(string contentType, string description) =>
        new(StatusCodes.Status200OK, description) { ContentType = contentType, Headers = [ResponseHeader.ETag] };

    /// <summary>The caller has that text already.</summary>
    public static CallResponse NotModified { get; } =
        new(StatusCodes.Status304NotModified, "The content is the one that `If-None-Match` names.") { Headers = [ResponseHeader.ETag] };

    public static CallResponse Nothing(string description) => new(StatusCodes.Status204NoContent, description);

    public static CallResponse Refusal(int status, string description, params ProblemContract[] problems) => new(status, description)
    {
        ContentType = "application/problem+json",
        Problems = problems,
        Headers = [.. problems.SelectMany(problem => problem.Headers).Distinct()],
    };
}

/// <summary>A call that takes a member of a response as its parameter.</summary>
internal sealed record ResponseLink(string Call, CallParameter Parameter, string Member, string Description);

/// <summary>A header of an answer.</summary>
internal sealed record ResponseHeader(string Name, string Description)
{
    public static readonly ResponseHeader Location = new("Location", "Where the stream's record is.");

    public static readonly ResponseHeader Replayed = new(
        IdempotencyKeyHeader.Replayed, "`true` where an earlier call with the same `Idempotency-Key` took effect; else absent.") { Optional = true };

    public static readonly ResponseHeader RetryAfter = new("Retry-After", "In how many seconds the same call could go better.") { IsNumber = true };

    public static readonly ResponseHeader RetryAfterLapse = RetryAfter with
    {
        Description = "In how many seconds enough leases could have lapsed, at least 1; absent where waiting does not help.",
        Optional = true,
    };

    public static readonly ResponseHeader Allow = new("Allow", "The methods that the path takes.");

    public static readonly ResponseHeader AcceptEncoding = new(
        "Accept-Encoding", "`identity` where the body was compressed; else absent.") { Optional = true };

    public static readonly ResponseHeader ETag = new("ETag", "Names this version of the content, for `If-None-Match`.") { Changes = true };

    public static readonly ResponseHeader Authenticate = new("WWW-Authenticate", "`FunctionsKey`.");

    public bool Optional { get; init; }

    /// <summary>Whether its value is another one in the next build.</summary>
    public bool Changes { get; init; }

    public bool IsNumber { get; init; }
}

/// <summary>A type of problem: its members beside those that every problem has, and the headers that come with it.</summary>
internal sealed record ProblemContract(string Type, Type Body, params string[] Members)
{
    public static readonly ProblemContract InvalidRequest = new(ProblemTypes.InvalidRequest, typeof(Problem), nameof(Problem.Field));

    public static readonly ProblemContract StreamLimitReached = new(ProblemTypes.StreamLimitReached, typeof(LimitReachedProblem))
    {
        Headers = [ResponseHeader.RetryAfterLapse],
    };

    public static readonly ProblemContract StreamEnded = new(ProblemTypes.StreamEnded, typeof(StreamEndedProblem));

    public static readonly ProblemContract IdempotencyKeyReused = new(ProblemTypes.IdempotencyKeyReused, typeof(Problem), nameof(Problem.Field));

    public static readonly ProblemContract ForeignReplacement = new(ProblemTypes.ForeignReplacement, typeof(Problem), nameof(Problem.Field));

    public static readonly ProblemContract KeyRequired = new(ProblemTypes.KeyRequired, typeof(Problem)) { Headers = [ResponseHeader.Authenticate] };

    public static readonly ProblemContract NotFound = new(ProblemTypes.NotFound, typeof(Problem));

    public static readonly ProblemContract MethodNotAllowed = new(ProblemTypes.MethodNotAllowed, typeof(Problem)) { Headers = [ResponseHeader.Allow] };

    public static readonly ProblemContract BodyTooSlow = new(ProblemTypes.BodyTooSlow, typeof(Problem));

    public static readonly ProblemContract BodyTooLarge = new(ProblemTypes.BodyTooLarge, typeof(Problem));

    public static readonly ProblemContract UnsupportedMediaType = new(ProblemTypes.UnsupportedMediaType, typeof(Problem))
    {
        Headers = [ResponseHeader.AcceptEncoding],
    };

    public static readonly ProblemContract StoreUnavailable = new(ProblemTypes.StoreUnavailable, typeof(Problem)) { Headers = [ResponseHeader.RetryAfter] };

    public static readonly ProblemContract OutcomeUnknown = new(ProblemTypes.OutcomeUnknown, typeof(Problem)) { Headers = [ResponseHeader.RetryAfter] };

    public static readonly ProblemContract InternalError = new(ProblemTypes.InternalError, typeof(Problem), nameof(Problem.TraceId));

    public IReadOnlyList<ResponseHeader> Headers { get; init; } = [];
}

/// <summary>The refusals that do not depend on what is asked for.</summary>
internal static class SharedResponses
{
    public static readonly CallResponse KeyRequired = CallResponse.Refusal(
        StatusCodes.Status401Unauthorized, "The call needs a key.", ProblemContract.KeyRequired) with { SharedAs = nameof(KeyRequired) };

    public static readonly CallResponse NotFound = CallResponse.Refusal(
        StatusCodes.Status404NotFound, "There is nothing at this path.", ProblemContract.NotFound) with { SharedAs = nameof(NotFound) };

    public static readonly CallResponse MethodNotAllowed = CallResponse.Refusal(
        StatusCodes.Status405MethodNotAllowed, "The path does not take this method.", ProblemContract.MethodNotAllowed) with { SharedAs = nameof(MethodNotAllowed) };

    public static readonly CallResponse BodyTooSlow = CallResponse.Refusal(
        StatusCodes.Status408RequestTimeout, "The body did not arrive within the deadline of a call, or it came too slowly.", ProblemContract.BodyTooSlow)
        with { SharedAs = nameof(BodyTooSlow) };

    public static readonly CallResponse BodyTooLarge = CallResponse.Refusal(
        StatusCodes.Status413PayloadTooLarge, "The body is larger than 16 KiB.", ProblemContract.BodyTooLarge) with { SharedAs = nameof(BodyTooLarge) };

    public static readonly CallResponse UnsupportedMediaType = CallResponse.Refusal(
        StatusCodes.Status415UnsupportedMediaType, "The body is not declared as `application/json` in UTF-8, or it is compressed.", ProblemContract.UnsupportedMediaType)
        with { SharedAs = nameof(UnsupportedMediaType) };

    public static readonly CallResponse KeyReused = CallResponse.Refusal(
        StatusCodes.Status422UnprocessableEntity, "The `Idempotency-Key` was used for another operation or another limit.", ProblemContract.IdempotencyKeyReused)
        with { SharedAs = nameof(KeyReused) };

    public static readonly CallResponse Misdirected = CallResponse.Refusal(
        StatusCodes.Status421MisdirectedRequest,
        "A Server without keys was called by a name other than `localhost` or a loopback address.",
        ProblemContract.InvalidRequest) with { SharedAs = nameof(Misdirected) };

    public static readonly CallResponse InternalError = CallResponse.Refusal(
        StatusCodes.Status500InternalServerError, "The service failed. `traceId` finds the cause in its log.", ProblemContract.InternalError)
        with { SharedAs = nameof(InternalError) };

    public static readonly CallResponse StoreUnavailable = CallResponse.Refusal(
        StatusCodes.Status503ServiceUnavailable,
        "The store is busy or away, or the host cancelled the call. `store-unavailable`: the call had no effect, make it again after `Retry-After`. " +
        "`outcome-unknown`: it may have taken effect, repeat it with the same `Idempotency-Key`, or list the user's streams first.",
        ProblemContract.StoreUnavailable,
        ProblemContract.OutcomeUnknown) with { SharedAs = nameof(StoreUnavailable) };

    public static readonly IReadOnlyList<CallResponse> All =
        [KeyRequired, NotFound, MethodNotAllowed, BodyTooSlow, BodyTooLarge, UnsupportedMediaType, KeyReused, Misdirected, InternalError, StoreUnavailable];

    /// <summary>What every call that reaches the store may answer, behind its own answers.</summary>
    public static IReadOnlyList<CallResponse> After(params CallResponse[] own) => [.. own, KeyRequired, Misdirected, InternalError, StoreUnavailable];

    /// <summary>The same for a call with a body.</summary>
    public static IReadOnlyList<CallResponse> AfterWithBody(params CallResponse[] own) => [.. After(own), BodyTooSlow, BodyTooLarge, UnsupportedMediaType];

    public static CallResponse Invalid(string description) =>
        CallResponse.Refusal(StatusCodes.Status400BadRequest, description, ProblemContract.InvalidRequest);
}
