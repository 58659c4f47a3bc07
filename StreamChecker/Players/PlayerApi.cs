using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using StreamChecker.Http;
using StreamChecker.Playback;

namespace StreamChecker.Players;

/// <summary>
/// The calls that players make themselves, with the token of the URL that a start returned in place of an API key: one method for each
/// call, shared by both hosts. Every response has the CORS headers.
/// </summary>
public sealed class PlayerApi(
    StreamLimiter limiter,
    CallExecution calls,
    PlayerTokens tokens,
    PlayerLinks links,
    PlaybackTokens playback,
    EndedStreams ended,
    IOptions<PlayerOptions> options,
    IOptions<StreamCheckerOptions> service,
    StreamTelemetry telemetry,
    TimeProvider time)
{
    private readonly PlayerOrigins origins = new(options.Value.Origins);
    private readonly PlayerRate rate = new(time);
    private readonly TimeSpan timeout = service.Value.Deadline;

    /// <summary><c>POST /player/{token}/heartbeat</c>: renews the stream's lease.</summary>
    public Task<IResult> HeartbeatAsync(HttpRequest request, string token, CancellationToken cancellationToken) => HandleAsync<PlayerToken>(
        request,
        () => new(AdmitActive(token)),
        player => RenewAsync(
            player, alive => LiveStream.From(alive) with { Player = links.Renew(request, player), Playback = playback.For(alive.Record) }, cancellationToken),
        cancellationToken);

    /// <summary>
    /// <c>POST /player/{token}/stop</c>: ends the stream; returns 204 even if it had already ended. The body is not read, so that a
    /// browser's beacon can make the call while its page is closed.
    /// </summary>
    public Task<IResult> StopAsync(HttpRequest request, string token, CancellationToken cancellationToken) => HandleAsync<PlayerToken>(
        request,
        () => new(Admit(token)),
        async player =>
        {
            await EndAsync(player, cancellationToken);
            return TypedResults.NoContent();
        },
        cancellationToken);

    /// <summary><c>POST /player/{token}/cmcd</c>: takes a player's CMCD events as heartbeats and as its end.</summary>
    public Task<IResult> ReportAsync(HttpRequest request, string token, CancellationToken cancellationToken) =>
        HandleAsync<(PlayerToken Player, CmcdReport Report)>(
            request,
            async () =>
            {
                if (!AdmitActive(token).TryGet(out var player, out var problem))
                {
                    return problem;
                }

                var body = await RequestBody.ReadAsync<CmcdReport>(
                    request, body => CmcdReports.Read(body), timeout, time, cancellationToken, mediaType: CmcdReports.ContentType);
                return body.TryGet(out var report, out problem) ? (player, report) : problem;
            },
            async of => of.Report switch
            {
                CmcdReport.Alive => await RenewAsync(of.Player, _ => TypedResults.NoContent(), cancellationToken),

                // A player that repeats its end learns that it need not: it stops at 410.
                CmcdReport.Over when !await EndAsync(of.Player, cancellationToken) => await RenewAsync(of.Player, _ => TypedResults.NoContent(), cancellationToken),
                _ => TypedResults.NoContent(),
            },
            cancellationToken);

    private Task<IResult> HandleAsync<TInput>(
        HttpRequest request, Func<ValueTask<Input<TInput>>> read, Func<TInput, Task<IResult>> execute, CancellationToken cancellationToken) =>
        origins.Respond(request)
            ? Task.FromResult<IResult>(TypedResults.NoContent())
            : calls.HandleAsync(request, read, execute, CallExecution.Repeat, cancellationToken);

    /// <summary>The content of a token whose player may make a call now.</summary>
    private Input<PlayerToken> Admit(string token)
    {
        var state = tokens.Read(token, out var player);
        if (state != PlayerTokenState.Valid)
        {
            telemetry.PlayerRejected(state == PlayerTokenState.Expired ? "expired" : "invalid");
            return Problem.InvalidToken(isExpired: state == PlayerTokenState.Expired);
        }

        if (rate.Take(player!.Stream) is { } wait)
        {
            telemetry.PlayerRejected("rate");
            return Problem.TooManyRequests(wait);
        }

        return player;
    }

    /// <summary>The same for a call that an ended stream rejects.</summary>
    private Input<PlayerToken> AdmitActive(string token)
    {
        if (!Admit(token).TryGet(out var player, out var problem))
        {
            return problem;
        }

        if (ended.Find(player.Stream) is { } ending)
        {
            telemetry.PlayerRejected("ended");
            return StreamEndedProblem.OfHeartbeat(ending);
        }

        return player;
    }

    private async Task<IResult> RenewAsync(PlayerToken player, Func<RenewResult.Alive, IResult> respond, CancellationToken cancellationToken)
    {
        switch (await limiter.RenewAsync(player.Stream, cancellationToken))
        {
            case RenewResult.Alive alive:
                return respond(alive);
            case RenewResult.Ended { Ending: var ending }:
                ended.Add(player.Stream, ending);
                return StreamEndedProblem.OfHeartbeat(ending);
            case var result:
                throw StreamApi.Unexpected(result);
        }
    }

    /// <summary>Ends the stream. Returns false if it had already ended.</summary>
    private async Task<bool> EndAsync(PlayerToken player, CancellationToken cancellationToken)
    {
        var isFirst = await limiter.StopAsync(player.Stream, cancellationToken);
        if (isFirst)
        {
            ended.Add(player.Stream, new(StreamEndReason.Stopped, null));
        }

        return isFirst;
    }
}
