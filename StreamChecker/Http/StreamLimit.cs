using System.ComponentModel;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

/// <summary>How many streams a user may have at once.</summary>
internal sealed record StreamLimit(
    [property: Description("Whose limit it is.")] string UserId,
    [property: Description("How many streams the user may have at once.")] int MaxConcurrentStreams,
    [property: Description("Whether the user has no limit of their own.")] bool IsDefault) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static StreamLimit From(UserLimit limit) => new(limit.UserId, limit.MaxConcurrentStreams, limit.IsDefault);
}
