using Microsoft.AspNetCore.Http;

namespace StreamChecker.Players;

/// <summary>
/// Lets the pages of the allowed origins read the responses of the players' calls (CORS). Not a protection of the service, which the
/// tokens are: other programs send no origin.
/// </summary>
internal sealed class PlayerOrigins(IReadOnlyList<string> allowed)
{
    public const string Any = "*";

    // Chromium remembers a preflight for two hours at most.
    private const string PreflightSeconds = "7200";

    private readonly bool allowsAny = allowed.Contains(Any);
    private readonly HashSet<string> allowed = new(allowed, StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds the headers to the response. Returns true if the request is a preflight, whose response needs nothing else.</summary>
    public bool Respond(HttpRequest request)
    {
        var isPreflight = HttpMethods.IsOptions(request.Method);
        if (allowed.Count == 0)
        {
            return isPreflight;
        }

        var headers = request.HttpContext.Response.Headers;
        if (!allowsAny)
        {
            headers.Vary = "Origin";
        }

        if (request.Headers.Origin is [{ Length: > 0 } origin] && (allowsAny || allowed.Contains(origin)))
        {
            headers.AccessControlAllowOrigin = allowsAny ? Any : origin;
            headers.AccessControlExposeHeaders = "Retry-After";
            if (isPreflight)
            {
                headers.AccessControlAllowMethods = HttpMethods.Post;
                headers.AccessControlAllowHeaders = "Content-Type";
                headers.AccessControlMaxAge = PreflightSeconds;
            }
        }

        return isPreflight;
    }
}
