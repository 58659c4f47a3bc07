using System.Text.Json;
using StreamChecker.Reliability.Browsers;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Players;

/// <summary>
/// Real players in a real browser, on a page of another origin than the service: hls.js, dash.js and Shaka Player by their own CMCD
/// events, and <c>watch</c> of the npm package.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class PlayerTests(Platform platform, Chromium chromium, ITestOutputHelper output) : IClassFixture<Platform>
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Players => ["watch", "hls.js", "dash.js", "Shaka Player"];

    [PlayersTheory]
    [MemberData(nameof(Players))]
    public async Task APlayer_KeepsItsStreamForThreeLeases_AndItsPictureStopsWithinAnIntervalOfItsReplacement(string player)
    {
        await using var page = await platform.PlayAsync(chromium.Browser, player);
        for (var second = 0; second < 3 * Platform.Lease.TotalSeconds; second++)
        {
            Assert.True(await page.IsMovingAsync(), $"The picture stood after {second} s.");
            Assert.Equal(1, await page.ActiveAsync());
        }

        var laptop = await platform.Backend.StartAsync(page.UserId, "match-7", "Laptop", onLimit: "replaceOldest");
        var waited = await page.WaitForTheEndAsync(2 * Platform.Interval);

        Write(player, page, $"the picture stopped {waited.TotalSeconds:0.0} s after the replacement");
        Assert.InRange(waited, TimeSpan.Zero, Platform.Interval + AtOnce);
        Assert.Equal("replaced", Reason(await page.EndedAsync()));
        Assert.False(await page.IsMovingAsync());
        Assert.Contains("Laptop", await page.MessageAsync(), StringComparison.Ordinal);

        // It obeys: its page stays dark, and the laptop plays on.
        await Task.Delay(Platform.Interval);
        Assert.False(await page.IsMovingAsync());
        Assert.Equal(laptop.Id, (await platform.Backend.ListAsync(page.UserId)).Body.GetProperty("streams")[0].GetProperty("id").GetString());
        await AssertNoRequestHasTheKeyAsync(page);
    }

    [PlayersTheory]
    [MemberData(nameof(Players))]
    public async Task TheEndOfTheContent_FreesTheSlotAtOnce(string player)
    {
        await using var page = await platform.PlayAsync(chromium.Browser, player);
        Assert.True(await page.IsMovingAsync());

        await page.PlayToTheEndAsync();

        var waited = await page.WaitForTheSlotAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        Write(player, page, $"the slot was free {waited.TotalSeconds:0.0} s after the end of the content");
        Assert.InRange(waited, TimeSpan.Zero, AtOnce);
        await AssertNoRequestHasTheKeyAsync(page);
    }

    [PlayersTheory]
    [MemberData(nameof(Players))]
    public async Task AClosedPage_FreesTheSlotAtOnce(string player)
    {
        await using var page = await platform.PlayAsync(chromium.Browser, player);
        Assert.True(await page.IsMovingAsync());
        Assert.Equal(1, await page.ActiveAsync());

        await page.CloseAsync();

        var waited = await page.WaitForTheSlotAsync();
        Write(player, page, $"the slot was free {waited.TotalSeconds:0.0} s after the page was closed");
        Assert.InRange(waited, TimeSpan.Zero, AtOnce);
    }

    private static string? Reason(JsonElement? ended) => ended?.GetProperty("reason").GetString();

    private static async Task AssertNoRequestHasTheKeyAsync(PlayingPage page)
    {
        Assert.Contains(page.Requests, page.IsCall);
        foreach (var request in page.Requests)
        {
            var headers = await request.AllHeadersAsync();
            Assert.All([request.Url, request.PostData ?? "", .. headers.Keys, .. headers.Values], text =>
            {
                Assert.DoesNotContain(Platform.ApiKey, text, StringComparison.Ordinal);
                Assert.DoesNotContain("x-functions-key", text, StringComparison.OrdinalIgnoreCase);
            });
        }
    }

    private void Write(string player, PlayingPage page, string finding)
    {
        output.WriteLine($"{player}: {finding}. Its calls:");
        foreach (var (call, status, body) in page.Calls)
        {
            output.WriteLine($"  {call} {status} {body?.ReplaceLineEndings(" | ")}");
        }
    }
}
