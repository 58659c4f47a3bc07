using StreamChecker.Http;
using StreamChecker.Server.Contract;

namespace StreamChecker.Server;

/// <summary>Which route leads to which method of <see cref="StreamApi"/>.</summary>
internal static class Routes
{
    /// <summary>HEAD is answered as GET is, less the body: load balancers probe with it.</summary>
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapStreamApi(this IEndpointRouteBuilder routes)
    {
        // Taken once: to ask for it at every call would make a scope of services for every call.
        var api = routes.ServiceProvider.GetRequiredService<StreamApi>();
        routes.MapPost("/stream-record", (HttpRequest request, CancellationToken cancellationToken) =>
            api.StartAsync(request, cancellationToken)).WithContract(StreamRecordContract.Start);
        routes.MapPost("/stream-record/{id}/heartbeat", (HttpRequest request, string id, CancellationToken cancellationToken) =>
            api.HeartbeatAsync(request, id, cancellationToken)).WithContract(StreamRecordContract.Renew);
        routes.MapDelete("/stream-record/{id}", (HttpRequest request, string id, CancellationToken cancellationToken) =>
            api.StopAsync(request, id, cancellationToken)).WithContract(StreamRecordContract.Stop);
        routes.MapMethods("/stream-record", Reading, (HttpRequest request, CancellationToken cancellationToken) =>
            api.ListAsync(request, cancellationToken)).WithContract(StreamRecordContract.List);
        routes.MapDelete("/stream-record", (HttpRequest request, CancellationToken cancellationToken) =>
            api.StopAllAsync(request, cancellationToken)).WithContract(StreamRecordContract.StopAll);

        routes.MapMethods("/stream-limit", Reading, (HttpRequest request, CancellationToken cancellationToken) =>
            api.GetLimitAsync(request, cancellationToken)).WithContract(StreamLimitContract.Get);
        routes.MapPut("/stream-limit", (HttpRequest request, CancellationToken cancellationToken) =>
            api.SetLimitAsync(request, cancellationToken)).WithContract(StreamLimitContract.Set);
        routes.MapDelete("/stream-limit", (HttpRequest request, CancellationToken cancellationToken) =>
            api.ResetLimitAsync(request, cancellationToken)).WithContract(StreamLimitContract.Reset);

        routes.MapMethods("/health/live", Reading, () => StreamApi.LiveAsync()).WithContract(HealthContract.Live).OpenToAll();
        routes.MapMethods("/health/ready", Reading, (HttpRequest request, CancellationToken cancellationToken) =>
            api.ReadyAsync(request, cancellationToken)).WithContract(HealthContract.Ready).OpenToAll();

        // Where a browser begins, and what it asks for unbidden. They are no calls, and not in the contract.
        routes.MapMethods("/", Reading, () => TypedResults.Redirect("/docs", permanent: false, preserveMethod: true)).ExcludeFromDescription().OpenToAll();
        routes.MapMethods("/favicon.ico", Reading, (HttpResponse response) =>
        {
            response.Headers.CacheControl = "public, max-age=86400";
            return TypedResults.NoContent();
        }).ExcludeFromDescription().OpenToAll();

        routes.MapMethods("/openapi.json", Reading, () => Documentation.OpenApi()).WithContract(DocumentationContract.OpenApi).OpenToAll();
        routes.MapMethods("/docs", Reading, () => Documentation.Page()).WithContract(DocumentationContract.Docs).OpenToAll();
        routes.MapMethods("/docs/{asset}", Reading, (string asset) => Documentation.Asset(asset)).WithContract(DocumentationContract.DocsAsset).OpenToAll();
        routes.MapMethods("/problems/{name}", Reading, (string name) => Documentation.Problem(name)).WithContract(DocumentationContract.Problem).OpenToAll();
    }
}
