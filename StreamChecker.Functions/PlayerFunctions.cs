using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using StreamChecker.Players;

namespace StreamChecker.Functions;

/// <summary>The triggers for players. Anonymous to the host: the token in the path is checked by the service.</summary>
public sealed class PlayerFunctions(PlayerApi api)
{
    /// <summary><c>POST /player/{token}/heartbeat</c></summary>
    [Function("RenewPlayer")]
    public Task<IResult> Heartbeat(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", "options", Route = "player/{token}/heartbeat")] HttpRequest request, string token, CancellationToken cancellationToken) =>
        api.HeartbeatAsync(request, token, cancellationToken);

    /// <summary><c>POST /player/{token}/stop</c></summary>
    [Function("StopPlayer")]
    public Task<IResult> Stop(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", "options", Route = "player/{token}/stop")] HttpRequest request, string token, CancellationToken cancellationToken) =>
        api.StopAsync(request, token, cancellationToken);

    /// <summary><c>POST /player/{token}/cmcd</c></summary>
    [Function("ReportPlayer")]
    public Task<IResult> Report(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", "options", Route = "player/{token}/cmcd")] HttpRequest request, string token, CancellationToken cancellationToken) =>
        api.ReportAsync(request, token, cancellationToken);
}
