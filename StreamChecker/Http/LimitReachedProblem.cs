using System.ComponentModel;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

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
