using System.ComponentModel;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

/// <summary>That a host is alive, or ready.</summary>
internal sealed record Health([property: Description("live or ready.")] string Status) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status200OK;
}
