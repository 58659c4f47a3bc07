using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using StreamChecker.Http;

namespace StreamChecker.Functions;

/// <summary>The health checks. Anonymous, since probes have no key.</summary>
public sealed class HealthFunctions(StreamApi api)
{
    /// <summary><c>GET /health/live</c></summary>
    [Function("Live")]
    public Task<IResult> Live([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/live")] HttpRequest request) =>
        StreamApi.LiveAsync();

    /// <summary><c>GET /health/ready</c></summary>
    [Function("Ready")]
    public Task<IResult> Ready(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/ready")] HttpRequest request, CancellationToken cancellationToken) =>
        api.ReadyAsync(request, cancellationToken);
}
