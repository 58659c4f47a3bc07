using System.Text.Json;
using Microsoft.Playwright;
using StreamChecker.Reliability.Browsers;
using static Microsoft.Playwright.Assertions;

namespace StreamChecker.Reliability.Pages;

/// <summary>Two players on <c>/demo</c> and a limit of one stream, in a browser. Heartbeats are three seconds apart.</summary>
[Collection(BrowserTests.Name)]
public sealed class DemoTests(Chromium chromium, PagesServer servers) : IClassFixture<PagesServer>
{
    [ChromiumFact]
    public async Task TheSecondStart_EvictsTheFirst_WhosePictureStopsAndWhichSaysWhoTookOver()
    {
        await using var opened = await OpenedPage.OpenAsync(chromium.Browser, servers.Brief.Address, "/demo");
        var page = opened.Page;

        await PlayAsync(page, "Living room TV");
        await Expect(page.Locator("#tv .state")).ToHaveTextAsync("playing");
        Assert.True(await MovesAsync(page, "#tv"));

        // Longer than a lease: heartbeats keep it.
        await page.WaitForTimeoutAsync(10_000);
        await Expect(page.Locator("#tv .state")).ToHaveTextAsync("playing");

        await PlayAsync(page, "Anna's phone");
        await Expect(page.Locator("#phone .state")).ToHaveTextAsync("playing");

        await Expect(page.Locator("#tv .state")).ToHaveTextAsync("ended");
        await Expect(page.Locator("#tv .over strong")).ToHaveTextAsync("Anna's phone took over");
        await Expect(page.Locator("#tv .over p")).ToContainTextAsync("harbour-at-six plays there now");
        await Expect(page.Locator("#tv [role=status]")).ToContainTextAsync("Anna's phone took over");
        Assert.False(await MovesAsync(page, "#tv"));
        Assert.True(await MovesAsync(page, "#phone"));
    }

    [ChromiumFact]
    public async Task WithoutTakeOver_TheSecondStartIsRejected_AndCanStopTheFirst()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await PlayAsync(page, "Living room TV");
        await Expect(page.Locator("#tv .state")).ToHaveTextAsync("playing");
        await page.GetByLabel("the start is rejected").CheckAsync();

        await PlayAsync(page, "Anna's phone");

        await Expect(page.Locator("#phone .over strong")).ToHaveTextAsync("Not started: the limit is reached");
        await Expect(page.Locator("#phone .over p")).ToHaveTextAsync("1 of 1 streams active: night-train on Living room TV.");
        await Expect(page.Locator("#tv .state")).ToHaveTextAsync("playing");

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop it and play here" }).ClickAsync();

        await Expect(page.Locator("#phone .state")).ToHaveTextAsync("playing");
        await Expect(page.Locator("#tv .over strong")).ToHaveTextAsync("Anna's phone took over");
    }

    [ChromiumFact]
    public async Task Stop_FreesTheSlotAtOnce()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await page.GetByLabel("the start is rejected").CheckAsync();
        await PlayAsync(page, "Living room TV");

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop on Living room TV" }).ClickAsync();
        await Expect(page.Locator("#calls li").First).ToContainTextAsync("DELETE");
        await PlayAsync(page, "Anna's phone");

        await Expect(page.Locator("#phone .state")).ToHaveTextAsync("playing");
    }

    [ChromiumFact]
    public async Task APageThatIsLeft_LeavesNothingBehind()
    {
        using var backend = servers.Server.CreateClient();
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await PlayAsync(page, "Living room TV");
        await Expect(page.Locator("#tv .state")).ToHaveTextAsync("playing");
        var user = await page.Locator("#who").InnerTextAsync();
        Assert.Equal(1, Held(await backend.GetUserAsync(user)));

        await page.GotoAsync(new Uri(servers.Server.Address, "/console").ToString());

        for (var i = 0; i < 50 && Held(await backend.GetUserAsync(user)) > 0; i++)
        {
            await Task.Delay(100);
        }

        var data = (await backend.GetUserAsync(user)).Body;
        Assert.Equal((0, JsonValueKind.Null), (data.GetProperty("records").GetArrayLength(), data.GetProperty("maxConcurrentStreams").ValueKind));

        static int Held(ApiResponse response) => response.Body.GetProperty("records").GetArrayLength();
    }

    [ChromiumFact]
    public async Task WithKeys_ThePageAsksForOne()
    {
        await using var opened = await OpenedPage.OpenAsync(chromium.Browser, servers.Locked.Address, "/demo");
        var page = opened.Page;
        await Expect(page.GetByLabel("API key")).ToBeHiddenAsync();

        await PlayAsync(page, "Living room TV");

        await Expect(page.GetByLabel("API key")).ToBeFocusedAsync();
        await Expect(page.Locator("#error")).ToHaveTextAsync("This Server asks for an API key.");
        await page.Keyboard.TypeAsync(PagesServer.Key);
        await PlayAsync(page, "Living room TV");

        await Expect(page.Locator("#tv .state")).ToHaveTextAsync("playing");
        await Expect(page.Locator("#error")).ToHaveTextAsync("");
    }

    [ChromiumFact]
    public async Task TheWholeDemo_CanBePlayedByTheKeyboard()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;

        await Keys.TabToAsync(page, "[aria-label='Play on Living room TV']");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[aria-label='Stop on Living room TV']")).ToBeFocusedAsync();
        await Keys.TabToAsync(page, "[aria-label=\"Play on Anna's phone\"]");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator("#phone .state")).ToHaveTextAsync("playing");
        await Keys.TabToAsync(page, "#calls");
        await page.Keyboard.PressAsync("Shift+Tab");
        await Expect(page.Locator("#tv .state")).ToHaveTextAsync("ended");
    }

    /// <summary>Whether the picture of a player changes within a second.</summary>
    private static async Task<bool> MovesAsync(IPage page, string player)
    {
        const string Picture = "player => document.querySelector(`${player} canvas`).toDataURL()";
        var before = await page.EvaluateAsync<string>(Picture, player);
        await page.WaitForTimeoutAsync(1_000);
        return await page.EvaluateAsync<string>(Picture, player) != before;
    }

    private Task<OpenedPage> OpenAsync() => OpenedPage.OpenAsync(chromium.Browser, servers.Server.Address, "/demo");

    private static Task PlayAsync(IPage page, string device) => page.GetByRole(AriaRole.Button, new() { Name = $"Play on {device}" }).ClickAsync();
}
