using System.ComponentModel;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

/// <summary>How many streams were ended.</summary>
internal sealed record StoppedStreams([property: Description("How many streams were ended.")] int Stopped) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status200OK;
}
