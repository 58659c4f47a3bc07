using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace StreamChecker.Reliability.Players;

/// <summary>A page that plays a stream, with all the requests that it makes.</summary>
internal sealed class PlayingPage : IAsyncDisposable
{
    private readonly IPage page;
    private readonly HttpClient backend;
    private readonly Uri service;
    private readonly ConcurrentQueue<IRequest> requests = [];
    private readonly ConcurrentQueue<(string Call, int Status, string? Body)> calls = [];

    public PlayingPage(IPage page, string userId, HttpClient backend, Uri service)
    {
        (this.page, UserId, this.backend, this.service) = (page, userId, backend, service);
        page.Request += (_, request) => requests.Enqueue(request);
        page.Response += (_, response) =>
        {
            if (IsCall(response.Request))
            {
                calls.Enqueue((response.Request.Url.Split('/')[^1], response.Status, response.Request.PostData));
            }
        };
    }

    public string UserId { get; }

    /// <summary>The calls of the service whose responses have arrived.</summary>
    public IReadOnlyList<(string Call, int Status, string? Body)> Calls => [.. calls];

    public IReadOnlyList<IRequest> Requests => [.. requests];

    /// <summary>Whether the picture moves: time passes on the media element.</summary>
    public async Task<bool> IsMovingAsync()
    {
        var before = await TimeAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        return await TimeAsync() > before;
    }

    /// <summary>What the page knows of the end of its stream; null while it plays.</summary>
    public async Task<JsonElement?> EndedAsync() =>
        await page.EvaluateAsync<JsonElement?>("() => page.ended") is { ValueKind: JsonValueKind.Object } ended ? ended : null;

    /// <summary>Whether it says so to the viewer.</summary>
    public Task<string?> MessageAsync() => page.Locator("#message").TextContentAsync();

    /// <summary>Moves to a moment before the end of the content, and waits for the end.</summary>
    public async Task PlayToTheEndAsync()
    {
        await page.EvaluateAsync("() => { const video = document.getElementById('video'); video.currentTime = video.duration - 2; }");
        await page.WaitForFunctionAsync("() => page.contentEndedAt");
    }

    public async Task CloseAsync() => await page.CloseAsync(new() { RunBeforeUnload = true });

    public async Task<int> ActiveAsync() => (await backend.ListAsync(UserId)).Number("active");

    /// <summary>Waits until no stream of the user is active, and returns how long that took.</summary>
    public async Task<TimeSpan> WaitForTheSlotAsync()
    {
        var waited = Stopwatch.StartNew();
        while (await ActiveAsync() > 0)
        {
            await Task.Delay(50);
        }

        return waited.Elapsed;
    }

    /// <summary>Waits until the page knows that its stream has ended, and returns how long that took.</summary>
    public async Task<TimeSpan> WaitForTheEndAsync(TimeSpan atMost)
    {
        var waited = Stopwatch.StartNew();
        while (await EndedAsync() is null && waited.Elapsed < atMost)
        {
            await Task.Delay(50);
        }

        return waited.Elapsed;
    }

    public async ValueTask DisposeAsync() => await page.CloseAsync();

    public bool IsCall(IRequest request) => new Uri(request.Url) is { AbsolutePath: var path } uri && uri.Authority == service.Authority && path.StartsWith("/player/", StringComparison.Ordinal);

    private Task<double> TimeAsync() => page.EvaluateAsync<double>("() => document.getElementById('video').currentTime");
}
