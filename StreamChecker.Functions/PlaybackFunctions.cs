using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using StreamChecker.Http;

namespace StreamChecker.Functions;

/// <summary>The keys of playback tokens. Anonymous: they are public.</summary>
public sealed class PlaybackFunctions(StreamApi api)
{
    /// <summary><c>GET /.well-known/jwks.json</c></summary>
    [Function("PlaybackKeys")]
    public IResult Keys([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/jwks.json")] HttpRequest request) =>
        api.PlaybackKeys();
}
