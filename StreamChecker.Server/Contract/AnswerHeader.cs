using StreamChecker.Http;
namespace StreamChecker.Server.Contract;

/// <summary>A header of an answer.</summary>
internal sealed record AnswerHeader(string Name, string Description)
{
    public static readonly AnswerHeader Location = new("Location", "Where the stream's record is.");

    public static readonly AnswerHeader Replayed = new(
        IdempotencyKeyHeader.Replayed, "`true` where an earlier call with the same `Idempotency-Key` took effect; else absent.") { Optional = true };

    public static readonly AnswerHeader RetryAfter = new("Retry-After", "In how many seconds the same call could go better.") { IsNumber = true };

    public static readonly AnswerHeader RetryAfterLapse = RetryAfter with
    {
        Description = "In how many seconds enough leases could have lapsed, at least 1; absent where waiting does not help.",
        Optional = true,
    };

    public static readonly AnswerHeader Allow = new("Allow", "The methods that the path takes.");

    public static readonly AnswerHeader AcceptEncoding = new(
        "Accept-Encoding", "`identity` where the body was compressed; else absent.") { Optional = true };

    public static readonly AnswerHeader ETag = new("ETag", "Names this version of the content, for `If-None-Match`.") { Changes = true };

    public static readonly AnswerHeader Authenticate = new("WWW-Authenticate", "`FunctionsKey`.");

    public bool Optional { get; init; }

    /// <summary>Whether its value is another one in the next build.</summary>
    public bool Changes { get; init; }

    public bool IsNumber { get; init; }
}
