using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using StreamChecker.Reliability.Browsers;
using static Microsoft.Playwright.Assertions;

namespace StreamChecker.Reliability.Pages;

/// <summary>
/// The pages by axe's rules, in light and dark, in each of their states. With <c>STREAM_CHECKER_ACCEPT_SCREENSHOTS=1</c> the pictures in
/// <c>docs/images</c> are taken.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class AccessibilityTests(Chromium chromium, PagesServer servers) : IClassFixture<PagesServer>
{
    private static readonly bool TakesScreenshots = Environment.GetEnvironmentVariable("STREAM_CHECKER_ACCEPT_SCREENSHOTS") == "1";

    [ChromiumTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task TheConsole_HasNoViolation(ColorScheme scheme)
    {
        using var backend = servers.Server.CreateClient();
        var user = $"anna-{scheme}".ToLowerInvariant();
        await backend.SetLimitAsync(user, 4);
        await backend.StartAsync(user, "film-42", "Living room TV");
        await backend.StartAsync(user, "match-7", "Phone");
        await backend.StopAsync((await backend.StartAsync(user, "cartoon-3", "Tablet")).Id);
        await using var opened = await OpenAsync("/console", scheme);
        var page = opened.Page;
        await CheckAsync(page);

        await page.GetByLabel("User ID").FillAsync(user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await Expect(page.Locator("#streams tr")).ToHaveCountAsync(2);
        await CheckAsync(page);

        await page.GetByText("Everything that is held about this user").ClickAsync();
        await Expect(page.Locator("#records tr")).ToHaveCountAsync(3);
        await CheckAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop all streams" }).ClickAsync();
        await Expect(page.Locator("#confirm")).ToBeVisibleAsync();
        await CheckAsync(page);
    }

    [ChromiumTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task TheDemo_HasNoViolation(ColorScheme scheme)
    {
        await using var opened = await OpenAsync("/demo", scheme);
        var page = opened.Page;
        await CheckAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Play on Living room TV" }).ClickAsync();
        await Expect(page.Locator("#tv .state")).ToHaveTextAsync("playing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Play on Anna's phone" }).ClickAsync();
        await Expect(page.Locator("#phone .state")).ToHaveTextAsync("playing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Heartbeat now of Living room TV" }).ClickAsync();
        await Expect(page.Locator("#tv .state")).ToHaveTextAsync("ended");
        await CheckAsync(page);
        if (TakesScreenshots && scheme == ColorScheme.Dark)
        {
            await page.WaitForTimeoutAsync(1_500);
            await TakeAsync(page, "demo", ".players");
        }
    }

    /// <summary>For the picture of the console, which a Server with the usual leases shows best.</summary>
    [ChromiumFact]
    public async Task TheConsole_FitsANarrowScreen()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        using var backend = server.CreateClient();
        await backend.StartAsync("anna", "film-42", "Living room TV");
        await backend.StartAsync("anna", "match-7", "Phone");
        await using var opened = await OpenedPage.OpenAsync(
            chromium.Browser, server.Address, "/console", new() { ColorScheme = ColorScheme.Light, ViewportSize = new() { Width = 840, Height = 900 } });
        var page = opened.Page;
        await page.GetByLabel("User ID").FillAsync("anna");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await Expect(page.Locator("#streams tr")).ToHaveCountAsync(2);
        if (TakesScreenshots)
        {
            await LiveForAMinuteAsync(backend);
            await TakeAsync(page, "console", "#user, #figures");
        }

        await page.SetViewportSizeAsync(360, 740);

        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the screen.");
    }

    private Task<OpenedPage> OpenAsync(string path, ColorScheme scheme) =>
        // Axe is a script that the page itself would not allow.
        OpenedPage.OpenAsync(chromium.Browser, servers.Server.Address, path, new() { ColorScheme = scheme, BypassCSP = true, ViewportSize = new() { Width = 960, Height = 860 } });

    private static async Task CheckAsync(IPage page)
    {
        var result = await page.RunAxe();

        Assert.NotEmpty(result.Passes);
        Assert.True(
            result.Violations.Length == 0,
            string.Join('\n', result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html} {node.Target} {violation.Help}"))));
    }

    /// <summary>Takes a picture of parts of a page that stand one below the other.</summary>
    private static async Task TakeAsync(IPage page, string name, string parts)
    {
        const int Margin = 12;
        var boxes = (await Task.WhenAll((await page.Locator(parts).AllAsync()).Select(part => part.BoundingBoxAsync()))).OfType<LocatorBoundingBoxResult>().ToList();
        var (left, top) = (boxes.Min(box => box.X) - Margin, boxes.Min(box => box.Y) - Margin);
        await page.ScreenshotAsync(new()
        {
            Path = RepositoryFiles.Path($"docs/images/{name}.png"),
            FullPage = true,
            Clip = new() { X = left, Y = top, Width = boxes.Max(box => box.X + box.Width) + Margin - left, Height = boxes.Max(box => box.Y + box.Height) + Margin - top },
        });
    }

    /// <summary>Starts, rejections and heartbeats, so that the figures have something to show.</summary>
    private static async Task LiveForAMinuteAsync(HttpClient backend)
    {
        var until = DateTime.UtcNow.AddSeconds(60);
        for (var i = 0; DateTime.UtcNow < until; i++)
        {
            var viewer = $"viewer-{i % 9}";
            var started = await backend.StartAsync(viewer, $"film-{i}", onLimit: i % 5 == 0 ? "replaceOldest" : null);
            if (started.Status == System.Net.HttpStatusCode.Created)
            {
                await backend.HeartbeatAsync(started.Id);
            }
            else if (i % 2 == 0)
            {
                await backend.StopAllAsync(viewer);
            }

            await Task.Delay(40 + (int)(60 * (1 + Math.Sin(i / 40.0))));
        }
    }
}
