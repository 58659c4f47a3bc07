using StreamChecker.Api;

namespace StreamChecker.Server;

/// <summary>Which route leads to which method of <see cref="StreamApi"/>.</summary>
internal static class Routes
{
    public static void MapStreamApi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/stream-record", (HttpRequest request, StreamApi api, CancellationToken cancellationToken) =>
            api.StartAsync(request, cancellationToken));
    }
}
