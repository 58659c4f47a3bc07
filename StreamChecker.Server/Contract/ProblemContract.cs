using StreamChecker.Http;
namespace StreamChecker.Server.Contract;

/// <summary>A type of problem: its members beside those that every problem has, and the headers that come with it.</summary>
internal sealed record ProblemContract(string Type, Type Body, params string[] Members)
{
    public static readonly ProblemContract InvalidRequest = new(ProblemTypes.InvalidRequest, typeof(Problem), nameof(Problem.Field));

    public static readonly ProblemContract StreamLimitReached = new(ProblemTypes.StreamLimitReached, typeof(LimitReachedProblem))
    {
        Headers = [AnswerHeader.RetryAfterLapse],
    };

    public static readonly ProblemContract StreamEnded = new(ProblemTypes.StreamEnded, typeof(StreamEndedProblem));

    public static readonly ProblemContract IdempotencyKeyReused = new(ProblemTypes.IdempotencyKeyReused, typeof(Problem), nameof(Problem.Field));

    public static readonly ProblemContract ForeignReplacement = new(ProblemTypes.ForeignReplacement, typeof(Problem), nameof(Problem.Field));

    public static readonly ProblemContract KeyRequired = new(ProblemTypes.KeyRequired, typeof(Problem)) { Headers = [AnswerHeader.Authenticate] };

    public static readonly ProblemContract NotFound = new(ProblemTypes.NotFound, typeof(Problem));

    public static readonly ProblemContract MethodNotAllowed = new(ProblemTypes.MethodNotAllowed, typeof(Problem)) { Headers = [AnswerHeader.Allow] };

    public static readonly ProblemContract BodyTooSlow = new(ProblemTypes.BodyTooSlow, typeof(Problem));

    public static readonly ProblemContract BodyTooLarge = new(ProblemTypes.BodyTooLarge, typeof(Problem));

    public static readonly ProblemContract UnsupportedMediaType = new(ProblemTypes.UnsupportedMediaType, typeof(Problem))
    {
        Headers = [AnswerHeader.AcceptEncoding],
    };

    public static readonly ProblemContract StoreUnavailable = new(ProblemTypes.StoreUnavailable, typeof(Problem)) { Headers = [AnswerHeader.RetryAfter] };

    public static readonly ProblemContract OutcomeUnknown = new(ProblemTypes.OutcomeUnknown, typeof(Problem)) { Headers = [AnswerHeader.RetryAfter] };

    public static readonly ProblemContract InternalError = new(ProblemTypes.InternalError, typeof(Problem), nameof(Problem.TraceId));

    public IReadOnlyList<AnswerHeader> Headers { get; init; } = [];
}
