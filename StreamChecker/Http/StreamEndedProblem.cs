using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

/// <summary>The stream is over, and why.</summary>
internal sealed record StreamEndedProblem(
    int Status,
    [property: Description("Why the stream is over.")] StreamEndReason Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [property: Description("What took its place, where that is known.")] StreamName? ReplacedBy)
    : Problem(ProblemTypes.StreamEnded, "The stream is over", Status)
{
    public static StreamEndedProblem OfRetriedStart(StreamEnding ending) => From(StatusCodes.Status409Conflict, ending);

    public static StreamEndedProblem OfHeartbeat(StreamEnding ending) => From(StatusCodes.Status410Gone, ending);

    private static StreamEndedProblem From(int status, StreamEnding ending) =>
        new(status, ending.Reason, ending.ReplacedBy is { } by ? StreamName.From(by) : null);
}
