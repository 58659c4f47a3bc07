using StreamChecker.Api;

namespace StreamChecker.Server;

/// <summary>Which route leads to which method of <see cref="StreamApi"/>.</summary>
internal static class Routes
{
    public static void MapStreamApi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/stream-record", (HttpRequest request, StreamApi api, CancellationToken cancellationToken) =>
            api.StartAsync(request, cancellationToken));
        routes.MapPost("/stream-record/{id}/heartbeat", (HttpRequest request, string id, StreamApi api, CancellationToken cancellationToken) =>
            api.HeartbeatAsync(request, id, cancellationToken));
        routes.MapDelete("/stream-record/{id}", (HttpRequest request, string id, StreamApi api, CancellationToken cancellationToken) =>
            api.StopAsync(request, id, cancellationToken));
        routes.MapGet("/stream-record", (HttpRequest request, StreamApi api, CancellationToken cancellationToken) =>
            api.ListAsync(request, cancellationToken));
        routes.MapDelete("/stream-record", (HttpRequest request, StreamApi api, CancellationToken cancellationToken) =>
            api.StopAllAsync(request, cancellationToken));

        routes.MapGet("/stream-limit", (HttpRequest request, StreamApi api, CancellationToken cancellationToken) =>
            api.GetLimitAsync(request, cancellationToken));
        routes.MapPut("/stream-limit", (HttpRequest request, StreamApi api, CancellationToken cancellationToken) =>
            api.SetLimitAsync(request, cancellationToken));
        routes.MapDelete("/stream-limit", (HttpRequest request, StreamApi api, CancellationToken cancellationToken) =>
            api.ResetLimitAsync(request, cancellationToken));

        routes.MapGet("/health/live", () => StreamApi.LiveAsync()).OpenToAll();
        routes.MapGet("/health/ready", (HttpRequest request, StreamApi api, CancellationToken cancellationToken) =>
            api.ReadyAsync(request, cancellationToken)).OpenToAll();

        routes.MapGet("/openapi.json", () => Documentation.OpenApi()).OpenToAll();
        routes.MapGet("/docs", () => Documentation.Page()).OpenToAll();
        routes.MapGet("/docs/{asset}", (string asset) => Documentation.Asset(asset)).OpenToAll();
        routes.MapGet("/problems/{name}", (string name) => Documentation.Problem(name)).OpenToAll();
    }
}
