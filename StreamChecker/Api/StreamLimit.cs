using Microsoft.AspNetCore.Http;

namespace StreamChecker.Api;

/// <summary>How many streams a user may have at once.</summary>
internal sealed record StreamLimit(string UserId, int MaxConcurrentStreams, bool IsDefault) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static StreamLimit From(UserLimit limit) => new(limit.UserId, limit.MaxConcurrentStreams, limit.IsDefault);
}
