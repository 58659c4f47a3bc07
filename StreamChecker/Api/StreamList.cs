using Microsoft.AspNetCore.Http;

namespace StreamChecker.Api;

/// <summary>What a user has running, oldest first.</summary>
internal sealed record StreamList(string UserId, int Limit, int Active, IReadOnlyList<StreamView> Streams) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static StreamList From(ActiveStreams active) =>
        new(active.UserId, active.Limit, active.Streams.Count, [.. active.Streams.Select(StreamView.From)]);
}
