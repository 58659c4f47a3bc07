using System.ComponentModel;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

/// <summary>What a user has running, oldest first.</summary>
internal sealed record StreamList(
    [property: Description("Whose streams they are.")] string UserId,
    [property: Description("How many streams the user may have at once.")] int Limit,
    [property: Description("How many are active.")] int Active,
    [property: Description("The active streams, oldest first.")] IReadOnlyList<StreamView> Streams) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static StreamList From(ActiveStreams active) =>
        new(active.UserId, active.Limit, active.Streams.Count, [.. active.Streams.Select(StreamView.From)]);
}
