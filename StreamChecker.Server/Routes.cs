using StreamChecker.Http;
using StreamChecker.Players;
using StreamChecker.Server.Contract;

namespace StreamChecker.Server;

/// <summary>Maps each route to its method of <see cref="StreamApi"/> or <see cref="PlayerApi"/>.</summary>
internal static class Routes
{
    /// <summary>HEAD is GET without the body: load balancers probe with it.</summary>
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>OPTIONS is the preflight of a browser, on a page of another origin, before POST.</summary>
    private static readonly string[] Posting = [HttpMethods.Post, HttpMethods.Options];

    /// <summary>Adds a problem document to the web server's own responses (unknown route, unsupported method).</summary>
    public static void UseProblemResponses(this IApplicationBuilder app) => app.UseWhen(
        MatchesNoCall, rest => rest.UseStatusCodePages(context => StreamApi.WriteProblemAsync(context.HttpContext)));

    public static void MapStreamApi(this IEndpointRouteBuilder routes)
    {
        // Resolved once: resolving it for each call would create a service scope for each call.
        var api = routes.ServiceProvider.GetRequiredService<StreamApi>();
        routes.MapPost("/stream-record", (HttpRequest request, CancellationToken cancellationToken) =>
            api.StartAsync(request, cancellationToken)).WithContract(StreamRecordContract.Start);
        routes.MapPost("/stream-record/{id}/heartbeat", (HttpRequest request, string id, CancellationToken cancellationToken) =>
            api.HeartbeatAsync(request, id, cancellationToken)).WithContract(StreamRecordContract.Renew);
        routes.MapPost("/stream-record/heartbeats", (HttpRequest request, CancellationToken cancellationToken) =>
            api.HeartbeatsAsync(request, cancellationToken)).WithContract(StreamRecordContract.RenewMany);
        routes.MapMethods("/stream-record/{id}", Reading, (HttpRequest request, string id, CancellationToken cancellationToken) =>
            api.GetAsync(request, id, cancellationToken)).WithContract(StreamRecordContract.Get);
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
        routes.MapPost("/stream-limit/batch", (HttpRequest request, CancellationToken cancellationToken) =>
            api.SetLimitsAsync(request, cancellationToken)).WithContract(StreamLimitContract.SetMany);
        routes.MapMethods("/plans", Reading, () => api.PlansAsync()).WithContract(PlanContract.List);

        routes.MapMethods("/user", Reading, (HttpRequest request, CancellationToken cancellationToken) =>
            api.GetUserAsync(request, cancellationToken)).WithContract(UserContract.Get);
        routes.MapDelete("/user", (HttpRequest request, CancellationToken cancellationToken) =>
            api.EraseUserAsync(request, cancellationToken)).WithContract(UserContract.Erase);

        var players = routes.ServiceProvider.GetRequiredService<PlayerApi>();
        routes.MapMethods("/player/{token}/heartbeat", Posting, (HttpRequest request, string token, CancellationToken cancellationToken) =>
            players.HeartbeatAsync(request, token, cancellationToken)).WithContract(PlayerContract.Renew).AllowAnonymous();
        routes.MapMethods("/player/{token}/stop", Posting, (HttpRequest request, string token, CancellationToken cancellationToken) =>
            players.StopAsync(request, token, cancellationToken)).WithContract(PlayerContract.Stop).AllowAnonymous();
        routes.MapMethods("/player/{token}/cmcd", Posting, (HttpRequest request, string token, CancellationToken cancellationToken) =>
            players.ReportAsync(request, token, cancellationToken)).WithContract(PlayerContract.Report).AllowAnonymous();

        routes.MapMethods("/.well-known/jwks.json", Reading, () => api.PlaybackKeys()).WithContract(PlaybackContract.Keys).AllowAnonymous();

        routes.MapMethods("/health/live", Reading, () => StreamApi.LiveAsync()).WithContract(HealthContract.Live).AllowAnonymous();
        routes.MapMethods("/health/ready", Reading, (HttpRequest request, CancellationToken cancellationToken) =>
            api.ReadyAsync(request, cancellationToken)).WithContract(HealthContract.Ready).AllowAnonymous();

        // Requests that browsers send without being asked. They are not API calls, and not in the contract.
        routes.MapMethods("/", Reading, () => TypedResults.Redirect("/docs", permanent: false, preserveMethod: true)).ExcludeFromDescription().AllowAnonymous();
        routes.MapMethods("/favicon.ico", Reading, (HttpResponse response) =>
        {
            response.Headers.CacheControl = "public, max-age=86400";
            return TypedResults.NoContent();
        }).ExcludeFromDescription().AllowAnonymous();

        routes.MapMethods("/openapi.json", Reading, () => Documentation.OpenApi()).WithContract(DocumentationContract.OpenApi).AllowAnonymous();
        routes.MapMethods("/docs", Reading, () => Documentation.Page()).WithContract(DocumentationContract.Docs).AllowAnonymous();
        routes.MapMethods("/docs/{asset}", Reading, (string asset) => Documentation.Asset(asset)).WithContract(DocumentationContract.DocsAsset).AllowAnonymous();
        var pages = routes.ServiceProvider.GetRequiredService<WebPages>();
        routes.MapMethods("/console", Reading, () => pages.Console()).WithContract(PageContract.Console).AllowAnonymous();
        routes.MapMethods("/demo", Reading, () => pages.Demo()).WithContract(PageContract.Demo).AllowAnonymous();
        routes.MapMethods("/problems/{name}", Reading, (string name) => Documentation.Problem(name)).WithContract(DocumentationContract.Problem).AllowAnonymous();
    }

    private static bool MatchesNoCall(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<CallContract>() is null;
}
