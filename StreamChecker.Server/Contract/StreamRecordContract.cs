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
        Answers = SharedAnswers.AfterWithBody(
            CallAnswer.Of<StartedStream>(StatusCodes.Status201Created, "The stream may play.", AnswerHeader.Location, AnswerHeader.Replayed),
            SharedAnswers.Invalid("The body or the `Idempotency-Key` is not valid. `field` names what is wrong."),
            CallAnswer.Refusal(StatusCodes.Status403Forbidden, "The user has as many streams as they may have.", ProblemContract.StreamLimitReached),
            CallAnswer.Refusal(StatusCodes.Status409Conflict, "This is a retry of a start whose stream is over.", ProblemContract.StreamEnded),
            CallAnswer.Refusal(
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
        Answers = SharedAnswers.After(
            CallAnswer.Ok<LiveStream>("The stream is alive."),
            SharedAnswers.Invalid("The id is none of this service."),
            CallAnswer.Refusal(StatusCodes.Status410Gone, "The stream is over: the player should stop.", ProblemContract.StreamEnded)),
    };

    /// <summary><c>DELETE /stream-record/{id}</c></summary>
    public static readonly CallContract Stop = new("StopStream", Subject, "Stops a stream")
    {
        Description = "The stream's slot is free at once. A stop may be repeated.",
        Parameters = [CallParameter.RecordId],
        Answers = SharedAnswers.After(
            CallAnswer.Nothing("The stream is over, whether it was before or not."),
            SharedAnswers.Invalid("The id is none of this service.")),
    };

    /// <summary><c>GET /stream-record?userId=</c></summary>
    public static readonly CallContract List = new("ListStreams", Subject, "Lists what a user has running, oldest first")
    {
        Description = "The active streams and the user's limit, as they are at this moment. A user who was never seen has none.",
        Parameters = [CallParameter.UserId],
        Answers = SharedAnswers.After(
            CallAnswer.Ok<StreamList>("What the user has running, and how many they may have."),
            SharedAnswers.Invalid("`userId` is missing or not valid.")),
    };

    /// <summary><c>DELETE /stream-record?userId=</c></summary>
    public static readonly CallContract StopAll = new("StopAllStreams", Subject, "Stops every stream of a user")
    {
        Description = "The user may start streams again at once. The user's own limit stays.",
        Parameters = [CallParameter.UserId, CallParameter.IdempotencyKey],
        Answers = SharedAnswers.After(
            CallAnswer.Of<StoppedStreams>(StatusCodes.Status200OK, "No stream is active.", AnswerHeader.Replayed),
            SharedAnswers.Invalid("`userId` or the `Idempotency-Key` is not valid. `field` names what is wrong."),
            SharedAnswers.KeyReused),
    };
}
