using StreamChecker.Http;

namespace StreamChecker.Server.Contract;

/// <summary>One status that a call returns, with its body and headers.</summary>
internal sealed record CallResponse(int Status, string Description)
{
    /// <summary>The shape of the body, or of each line of a body of JSON lines; null for a text, a problem document or no body.</summary>
    public Type? Body { get; init; }

    /// <summary>Null if there is no body.</summary>
    public string? ContentType { get; init; }

    /// <summary>The other content types that the body may have.</summary>
    public IReadOnlyList<string> OtherContentTypes { get; init; } = [];

    /// <summary>The problem types that the status can have; empty for a success.</summary>
    public IReadOnlyList<ProblemContract> Problems { get; init; } = [];

    public IReadOnlyList<ResponseHeader> Headers { get; init; } = [];

    /// <summary>The calls that use a value of this response.</summary>
    public IReadOnlyList<ResponseLink> Links { get; init; } = [];

    /// <summary>The component name of a response that several calls share.</summary>
    public string? SharedAs { get; init; }

    public static CallResponse Ok<TBody>(string description) => Of<TBody>(StatusCodes.Status200OK, description);

    public static CallResponse Of<TBody>(int status, string description, params ResponseHeader[] headers) =>
        new(status, description) { Body = typeof(TBody), ContentType = RequestBody.Json, Headers = headers };

    /// <summary>A body of JSON lines.</summary>
    public static CallResponse Lines<TLine>(string description) => Ok<TLine>(description) with { ContentType = RequestBody.JsonLines };

    /// <summary>A text that changes only with the version of the program.</summary>
    public static CallResponse Page(string contentType, string description) =>
        new(StatusCodes.Status200OK, description) { ContentType = contentType, Headers = [ResponseHeader.ETag] };

    /// <summary>The client has the current text.</summary>
    public static CallResponse NotModified { get; } =
        new(StatusCodes.Status304NotModified, "The content has not changed since the version in `If-None-Match`.") { Headers = [ResponseHeader.ETag] };

    public static CallResponse Nothing(string description) => new(StatusCodes.Status204NoContent, description);

    public static CallResponse Error(int status, string description, params ProblemContract[] problems) => new(status, description)
    {
        ContentType = "application/problem+json",
        Problems = problems,
        Headers = [.. problems.SelectMany(problem => problem.Headers).Distinct()],
    };
}

/// <summary>A call that uses a member of a response as a parameter.</summary>
internal sealed record ResponseLink(string Call, CallParameter Parameter, string Member, string Description);

/// <summary>A header of a response.</summary>
internal sealed record ResponseHeader(string Name, string Description)
{
    public static readonly ResponseHeader Location = new("Location", "The path of the stream record.");

    public static readonly ResponseHeader Replayed = new(
        IdempotencyKeyHeader.Replayed, "`true` if an earlier request with the same `Idempotency-Key` took effect; otherwise absent.") { Optional = true };

    public static readonly ResponseHeader RetryAfter = new("Retry-After", "Seconds to wait before the same request is sent again.") { IsNumber = true };

    public static readonly ResponseHeader RetryAfterLapse = RetryAfter with
    {
        Description = "Seconds until enough leases could have expired, at least 1; absent if waiting does not help.",
        Optional = true,
    };

    public static readonly ResponseHeader Allow = new("Allow", "The methods that the path supports.");

    public static readonly ResponseHeader AcceptEncoding = new(
        "Accept-Encoding", "`identity` if the body was compressed; otherwise absent.") { Optional = true };

    public static readonly ResponseHeader ETag = new("ETag", "The version of the content, for `If-None-Match`.") { Changes = true };

    public static readonly ResponseHeader Authenticate = new("WWW-Authenticate", "`FunctionsKey`.");

    public static readonly ResponseHeader AuthenticatePlayer = new("WWW-Authenticate", $"`{Problem.PlayerScheme}`.");

    public bool Optional { get; init; }

    /// <summary>Whether its value differs between builds.</summary>
    public bool Changes { get; init; }

    public bool IsNumber { get; init; }
}

/// <summary>A problem type: the members that it adds to those of every problem, and its headers.</summary>
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

    public static readonly ProblemContract PlayerTokenInvalid = new(ProblemTypes.PlayerTokenInvalid, typeof(Problem)) { Headers = [ResponseHeader.AuthenticatePlayer] };

    public static readonly ProblemContract TooManyRequests = new(ProblemTypes.TooManyRequests, typeof(Problem)) { Headers = [ResponseHeader.RetryAfter] };

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

/// <summary>The errors that several calls share.</summary>
internal static class SharedResponses
{
    public static readonly CallResponse KeyRequired = CallResponse.Error(
        StatusCodes.Status401Unauthorized, "An API key is required.", ProblemContract.KeyRequired) with { SharedAs = nameof(KeyRequired) };

    public static readonly CallResponse NotFound = CallResponse.Error(
        StatusCodes.Status404NotFound, "The path does not exist.", ProblemContract.NotFound) with { SharedAs = nameof(NotFound) };

    public static readonly CallResponse MethodNotAllowed = CallResponse.Error(
        StatusCodes.Status405MethodNotAllowed, "The path does not support the method.", ProblemContract.MethodNotAllowed) with { SharedAs = nameof(MethodNotAllowed) };

    public static readonly CallResponse BodyTooSlow = CallResponse.Error(
        StatusCodes.Status408RequestTimeout, "The body did not arrive within the deadline, or it arrived too slowly.", ProblemContract.BodyTooSlow)
        with { SharedAs = nameof(BodyTooSlow) };

    public static readonly CallResponse BodyTooLarge = CallResponse.Error(
        StatusCodes.Status413PayloadTooLarge, "The body is larger than 16 KiB.", ProblemContract.BodyTooLarge) with { SharedAs = nameof(BodyTooLarge) };

    public static readonly CallResponse BodyOfManyTooLarge = CallResponse.Error(
        StatusCodes.Status413PayloadTooLarge, "The body is larger than 1 MiB.", ProblemContract.BodyTooLarge) with { SharedAs = nameof(BodyOfManyTooLarge) };

    public static readonly CallResponse UnsupportedMediaType = CallResponse.Error(
        StatusCodes.Status415UnsupportedMediaType, "The body is not declared as the media type of this document in UTF-8, or it is compressed.", ProblemContract.UnsupportedMediaType)
        with { SharedAs = nameof(UnsupportedMediaType) };

    public static readonly CallResponse KeyReused = CallResponse.Error(
        StatusCodes.Status422UnprocessableEntity, "The `Idempotency-Key` was used for another operation, or another limit or plan.", ProblemContract.IdempotencyKeyReused)
        with { SharedAs = nameof(KeyReused) };

    public static readonly CallResponse Misdirected = CallResponse.Error(
        StatusCodes.Status421MisdirectedRequest,
        "A Server without keys was called by a name other than `localhost` or a loopback address.",
        ProblemContract.InvalidRequest) with { SharedAs = nameof(Misdirected) };

    public static readonly CallResponse InternalError = CallResponse.Error(
        StatusCodes.Status500InternalServerError, "An internal error. `traceId` finds the cause in the log.", ProblemContract.InternalError)
        with { SharedAs = nameof(InternalError) };

    public static readonly CallResponse StoreUnavailable = CallResponse.Error(
        StatusCodes.Status503ServiceUnavailable,
        "The store is busy or unavailable, or the host cancelled the request. `store-unavailable`: the request had no effect; retry after `Retry-After`. " +
        "`outcome-unknown`: it may have taken effect; retry with the same `Idempotency-Key`, or list the user's streams first.",
        ProblemContract.StoreUnavailable,
        ProblemContract.OutcomeUnknown) with { SharedAs = nameof(StoreUnavailable) };

    public static readonly IReadOnlyList<CallResponse> All =
        [KeyRequired, NotFound, MethodNotAllowed, BodyTooSlow, BodyTooLarge, BodyOfManyTooLarge, UnsupportedMediaType, KeyReused, Misdirected, InternalError, StoreUnavailable];

    /// <summary>The call's own responses, and those of every call that reaches the store.</summary>
    public static IReadOnlyList<CallResponse> After(params CallResponse[] own) => [.. own, KeyRequired, Misdirected, InternalError, StoreUnavailable];

    /// <summary>The same for a call with a body.</summary>
    public static IReadOnlyList<CallResponse> AfterWithBody(params CallResponse[] own) => [.. After(own), BodyTooSlow, BodyTooLarge, UnsupportedMediaType];

    /// <summary>The same for a call with a body of up to 1 MiB.</summary>
    public static IReadOnlyList<CallResponse> AfterWithLargeBody(params CallResponse[] own) => [.. After(own), BodyTooSlow, BodyOfManyTooLarge, UnsupportedMediaType];

    public static CallResponse Invalid(string description) =>
        CallResponse.Error(StatusCodes.Status400BadRequest, description, ProblemContract.InvalidRequest);
}
