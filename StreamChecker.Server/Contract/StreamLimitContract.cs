using StreamChecker.Http;

namespace StreamChecker.Server.Contract;

/// <summary>The calls about limits.</summary>
public static class StreamLimitContract
{
    private const string Subject = "Limits";

    /// <summary><c>GET /stream-limit?userId=</c></summary>
    public static readonly CallContract Get = new("GetLimit", Subject, "Tells how many streams a user may have at once")
    {
        Description = "The user's own limit, or the default one where they have none.",
        Parameters = [CallParameter.UserId],
        Answers = SharedAnswers.After(
            CallAnswer.Ok<StreamLimit>("The user's limit."),
            SharedAnswers.Invalid("`userId` is missing or not valid.")),
    };

    /// <summary><c>PUT /stream-limit?userId=</c></summary>
    public static readonly CallContract Set = new("SetLimit", Subject, "Gives a user a limit of their own")
    {
        Description = "A lowered limit ends no stream; it admits none until there is room. 0 means that the user may have none.",
        Parameters = [CallParameter.UserId, CallParameter.IdempotencyKey],
        Body = typeof(LimitBody),
        Answers = SharedAnswers.AfterWithBody(
            CallAnswer.Of<StreamLimit>(StatusCodes.Status200OK, "The user's limit from now on.", AnswerHeader.Replayed),
            SharedAnswers.Invalid("`userId`, the body or the `Idempotency-Key` is not valid. `field` names what is wrong."),
            SharedAnswers.KeyReused),
    };

    /// <summary><c>DELETE /stream-limit?userId=</c></summary>
    public static readonly CallContract Reset = new("ResetLimit", Subject, "Takes a user back to the default limit")
    {
        Description = "Ends no stream. It may be repeated.",
        Parameters = [CallParameter.UserId, CallParameter.IdempotencyKey],
        Answers = SharedAnswers.After(
            CallAnswer.Nothing("The user has the default limit, whether they had it before or not.") with { Headers = [AnswerHeader.Replayed] },
            SharedAnswers.Invalid("`userId` or the `Idempotency-Key` is not valid. `field` names what is wrong."),
            SharedAnswers.KeyReused),
    };
}
