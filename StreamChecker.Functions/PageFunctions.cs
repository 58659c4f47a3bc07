using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using StreamChecker.Http;

namespace StreamChecker.Functions;

/// <summary>The pages for people, where settings turn them on. Anonymous: their scripts send the key that is typed into them.</summary>
public sealed class PageFunctions(WebPages pages)
{
    /// <summary><c>GET /console</c></summary>
    [Function("Console")]
    public IResult Console([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "console")] HttpRequest request) => pages.Console();

    /// <summary><c>GET /demo</c></summary>
    [Function("Demo")]
    public IResult Demo([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "demo")] HttpRequest request) => pages.Demo();
}
