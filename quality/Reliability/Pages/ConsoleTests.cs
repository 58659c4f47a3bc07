using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using StreamChecker.Reliability.Browsers;
using static Microsoft.Playwright.Assertions;

namespace StreamChecker.Reliability.Pages;

/// <summary>What support staff see and do on <c>/console</c>, in a browser.</summary>
[Collection(BrowserTests.Name)]
public sealed partial class ConsoleTests(Chromium chromium, PagesServer servers) : IClassFixture<PagesServer>
{
    private readonly string user = $"user {Guid.NewGuid():N}";

    [ChromiumFact]
    public async Task AUser_IsShownWithStreamsWhoseLeasesRunDown()
    {
        using var backend = servers.Brief.CreateClient();
        await using var opened = await OpenedPage.OpenAsync(chromium.Browser, servers.Brief.Address, "/console");
        var page = opened.Page;
        await backend.StartAsync(user, "film-42", "TV");

        await LookUpAsync(page);

        await Expect(page.Locator("#use")).ToHaveTextAsync("1 of 3 streams active");
        var row = page.Locator("#streams tr");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row.Locator("td").Nth(0)).ToHaveTextAsync("film-42");
        await Expect(row.Locator("td").Nth(1)).ToHaveTextAsync("TV");
        var (first, later) = (await SecondsLeftAsync(row), 0);
        for (var i = 0; i < 50 && (later = await SecondsLeftAsync(row)) > first - 2; i++)
        {
            await Task.Delay(100);
        }

        Assert.InRange(first, 1, 9);
        Assert.InRange(later, 0, first - 2);

        // Its player is gone: the page finds that out by itself.
        await Expect(row).ToHaveCountAsync(0);
        await Expect(page.Locator("#none")).ToBeVisibleAsync();
    }

    /// <summary>The clock of a support desk is not the Server's.</summary>
    [ChromiumTheory]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task AClockThatIsWrong_DoesNotChangeWhatIsLeftOfALease(int hours)
    {
        using var backend = servers.Server.CreateClient();
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await page.Clock.SetSystemTimeAsync(DateTime.UtcNow.AddHours(hours));
        await backend.StartAsync(user, "film-42", "TV");

        await LookUpAsync(page);

        await Expect(page.Locator("#streams tr")).ToHaveCountAsync(1);
        Assert.InRange(await SecondsLeftAsync(page.Locator("#streams tr")), 60, 92);
    }

    [ChromiumFact]
    public async Task Stop_EndsOneStream_AndStopAllTheRest()
    {
        using var backend = servers.Server.CreateClient();
        var tv = (await backend.StartAsync(user, "film-42", "TV")).Id;
        var phone = (await backend.StartAsync(user, "match-7", "Phone")).Id;
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await LookUpAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop film-42 on TV" }).ClickAsync();

        await Expect(page.Locator("#status")).ToHaveTextAsync("Stopped film-42 on TV.");
        await Expect(page.Locator("#streams tr")).ToHaveCountAsync(1);
        Assert.Equal("stopped", (await backend.HeartbeatAsync(tv)).Text("reason"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop all streams" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator("#streams tr")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop all streams" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop all", Exact = true }).ClickAsync();

        await Expect(page.Locator("#status")).ToHaveTextAsync("Stopped 1 stream.");
        Assert.Equal("stopped", (await backend.HeartbeatAsync(phone)).Text("reason"));
    }

    [ChromiumFact]
    public async Task TheLimit_IsSetAndReset()
    {
        using var backend = servers.Server.CreateClient();
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await LookUpAsync(page);
        await Expect(page.Locator("#limit-note")).ToHaveTextAsync("The default limit applies.");

        await page.GetByLabel("Concurrent streams").FillAsync("5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set limit" }).ClickAsync();

        await Expect(page.Locator("#use")).ToHaveTextAsync("0 of 5 streams active");
        Assert.Equal((5, false), await LimitAsync(backend));

        await page.GetByRole(AriaRole.Button, new() { Name = "Reset to the default" }).ClickAsync();

        await Expect(page.Locator("#use")).ToHaveTextAsync("0 of 3 streams active");
        Assert.Equal((3, true), await LimitAsync(backend));
    }

    [ChromiumFact]
    public async Task ThePlan_IsChosenFromThoseOfTheServer()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path, ("StreamChecker__Plans", """{"premium":{"rules":[{"name":"streams","limit":6}]}}"""));
        using var backend = server.CreateClient();
        await using var opened = await OpenedPage.OpenAsync(chromium.Browser, server.Address, "/console");
        var page = opened.Page;
        await LookUpAsync(page);
        await Expect(page.GetByLabel("Plan")).ToHaveValueAsync("default");

        await page.GetByLabel("Plan").SelectOptionAsync("premium");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set plan" }).ClickAsync();

        await Expect(page.Locator("#use")).ToHaveTextAsync("0 of 6 streams active");
        Assert.Equal("premium", (await backend.GetLimitAsync(user)).Text("plan"));
    }

    [ChromiumFact]
    public async Task WhatIsHeld_IsShownAndDownloaded()
    {
        using var backend = servers.Server.CreateClient();
        await backend.StartAsync(user, "film-42", "TV");
        await backend.SetLimitAsync(user, 1);
        await backend.StartAsync(user, "match-7", "Phone", onLimit: "replaceOldest");
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await LookUpAsync(page);

        await page.GetByText("Everything that is held about this user").ClickAsync();

        await Expect(page.Locator("#records tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("#records tr").First).ToContainTextAsync("replaced by match-7 on Phone");
        await Expect(page.Locator("#operations")).ToContainTextAsync("setLimit (1)");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download as JSON" }).ClickAsync());
        await using var file = await download.CreateReadStreamAsync();
        using var json = await JsonDocument.ParseAsync(file);
        Assert.Equal(user, json.RootElement.GetProperty("userId").GetString());
        Assert.Equal(2, json.RootElement.GetProperty("records").GetArrayLength());
    }

    /// <summary>Whatever a user, a film or a device is called.</summary>
    [ChromiumFact]
    public async Task Names_AreTextAndNeverMarkup()
    {
        const string Name = "<img src=x onerror=alert(1)><b>é 🎬</b>";
        using var backend = servers.Server.CreateClient();
        await backend.StartAsync(user + Name, Name, Name);
        await using var opened = await OpenAsync();
        var page = opened.Page;

        await LookUpAsync(page, user + Name);

        await Expect(page.Locator("#user-name")).ToHaveTextAsync(user + Name);
        await Expect(page.Locator("#streams td").First).ToHaveTextAsync(Name);
        await Expect(page.Locator("main img, main b")).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task TheFigures_FollowWhatTheServerDoes()
    {
        using var backend = servers.Server.CreateClient();
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await Expect(page.Locator("#figures-note")).ToContainTextAsync("in 5 seconds");

        for (var i = 0; i < 3; i++)
        {
            var id = (await backend.StartAsync(user)).Id;
            await backend.HeartbeatAsync(id);
        }

        await backend.StartAsync(user);

        await Expect(Figure("Starts admitted").Locator("p")).ToHaveTextAsync(Above0());
        await Expect(Figure("Starts rejected at the limit").Locator("p")).ToHaveTextAsync(Above0());
        await Expect(Figure("Heartbeats").Locator("p")).ToHaveTextAsync(Above0());
        await Expect(Figure("p99 of starts, heartbeats").Locator("p")).ToHaveTextAsync(Milliseconds());
        await Expect(Figure("Starts admitted").Locator("svg")).ToHaveAttributeAsync("aria-label", Summary());

        ILocator Figure(string name) => page.Locator($".figure:has(h3:text-is('{name}'))");
    }

    [ChromiumFact]
    public async Task AServerThatIsAway_IsSaidOnce_AndForgottenWhenItIsBack()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await LookUpAsync(page);
        await Expect(page.Locator("#use")).ToHaveTextAsync("0 of 3 streams active");

        await page.Context.SetOfflineAsync(true);
        await Expect(page.Locator("#error")).ToHaveTextAsync("Not refreshed: the Server cannot be reached.");
        await page.Context.SetOfflineAsync(false);

        await Expect(page.Locator("#error")).ToHaveTextAsync("");
    }

    [ChromiumFact]
    public async Task WithKeys_ThePageAsksForOne_AndKeepsItInMemoryOnly()
    {
        using var backend = servers.Locked.CreateClient();
        await using var opened = await OpenedPage.OpenAsync(chromium.Browser, servers.Locked.Address, "/console");
        var page = opened.Page;
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        await Expect(page.Locator("#figures-note")).ToHaveTextAsync("With the API key, the figures appear here.");

        await LookUpAsync(page);

        await Expect(page.Locator("#error")).ToContainTextAsync("API key");
        await Expect(page.GetByLabel("API key")).ToBeFocusedAsync();

        await page.GetByLabel("API key").FillAsync(PagesServer.Key);
        await LookUpAsync(page);

        await Expect(page.Locator("#use")).ToHaveTextAsync("0 of 3 streams active");
        await Expect(page.Locator("#error")).ToHaveTextAsync("");
        await Expect(page.Locator("#plots")).ToBeVisibleAsync();
        Assert.DoesNotContain(asked, url => url.Contains(PagesServer.Key, StringComparison.Ordinal));
        Assert.Equal("[0,0,\"\"]", await page.EvaluateAsync<string>("JSON.stringify([localStorage.length, sessionStorage.length, document.cookie])"));

        await page.ReloadAsync();

        await Expect(page.GetByLabel("API key")).ToHaveValueAsync("");
    }

    [ChromiumFact]
    public async Task EverythingCanBeDone_ByTheKeyboard()
    {
        using var backend = servers.Server.CreateClient();
        var tv = (await backend.StartAsync(user, "film-42", "TV")).Id;
        var phone = (await backend.StartAsync(user, "match-7", "Phone")).Id;
        await using var opened = await OpenAsync();
        var page = opened.Page;

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByText("Skip to the lookup")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Keys.TabToAsync(page, "#user-id");
        await page.Keyboard.TypeAsync(user);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#user-name")).ToBeFocusedAsync();

        await Keys.TabToAsync(page, "[aria-label='Stop film-42 on TV']");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator("#streams tr")).ToHaveCountAsync(1);
        Assert.Equal("stopped", (await backend.HeartbeatAsync(tv)).Text("reason"));
        await Expect(page.Locator("#user-name")).ToBeFocusedAsync();

        await Keys.TabToAsync(page, "#stop-all");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#stop-all")).ToBeFocusedAsync();
        Assert.Equal(System.Net.HttpStatusCode.OK, (await backend.HeartbeatAsync(phone)).Status);
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#status")).ToHaveTextAsync("Stopped 1 stream.");
        await Expect(page.Locator("#user-name")).ToBeFocusedAsync();

        await Keys.TabToAsync(page, "#limit");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("7");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#use")).ToHaveTextAsync("0 of 7 streams active");
        await Keys.TabToAsync(page, "#reset");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#limit")).ToBeFocusedAsync();
    }

    private Task<OpenedPage> OpenAsync() => OpenedPage.OpenAsync(chromium.Browser, servers.Server.Address, "/console");

    private async Task LookUpAsync(IPage page, string? userId = null)
    {
        await page.GetByLabel("User ID").FillAsync(userId ?? user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
    }

    private async Task<(int Limit, bool IsDefault)> LimitAsync(HttpClient backend)
    {
        var limit = (await backend.GetLimitAsync(user)).Body;
        return (limit.GetProperty("maxConcurrentStreams").GetInt32(), limit.GetProperty("isDefault").GetBoolean());
    }

    private static async Task<int> SecondsLeftAsync(ILocator row) =>
        int.Parse((await row.Locator(".lease span").InnerTextAsync()).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("^(?!0.00)[0-9.]+/s$")]
    private static partial Regex Above0();

    [GeneratedRegex("^[0-9.]+ ms$")]
    private static partial Regex Milliseconds();

    [GeneratedRegex("^Starts admitted: now [0-9.]+/s, highest [0-9.]+/s in the last [0-9]+ seconds$")]
    private static partial Regex Summary();
}

/// <summary>A person without a mouse.</summary>
internal static class Keys
{
    /// <summary>Presses Tab until an element has the focus.</summary>
    public static async Task TabToAsync(IPage page, string selector)
    {
        for (var i = 0; i < 40; i++)
        {
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"40 times Tab do not reach {selector}.");
    }
}
