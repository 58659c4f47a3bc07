using Microsoft.AspNetCore.Http;

namespace StreamChecker.Api;

/// <summary>How many streams were ended.</summary>
internal sealed record StoppedStreams(int Stopped) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status200OK;
}
