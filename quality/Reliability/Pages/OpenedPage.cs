using Microsoft.Playwright;

namespace StreamChecker.Reliability.Pages;

/// <summary>
/// A page of a Server in a browser. What its Content Security Policy forbids, an error of its script, and a request to another host are
/// failures of the test.
/// </summary>
internal sealed class OpenedPage : IAsyncDisposable
{
    private const string ReportViolations =
        "addEventListener('securitypolicyviolation', event => console.error(`violates ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`))";

    private readonly List<string> errors = [];
    private readonly IBrowserContext context;

    private OpenedPage(IBrowserContext context, IPage page) => (this.context, Page) = (context, page);

    public IPage Page { get; }

    public static async Task<OpenedPage> OpenAsync(IBrowser browser, Uri server, string path, BrowserNewContextOptions? options = null)
    {
        var context = await browser.NewContextAsync(options ?? new());
        await context.AddInitScriptAsync(ReportViolations);
        var opened = new OpenedPage(context, await context.NewPageAsync());
        opened.Page.PageError += (_, error) => opened.errors.Add(error);
        opened.Page.Console += (_, message) =>
        {
            // A response of the API is not an error of the page.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                opened.errors.Add(message.Text);
            }
        };
        opened.Page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } url && url.Authority != server.Authority)
            {
                opened.errors.Add($"a request to {request.Url}");
            }
        };
        await opened.Page.GotoAsync(new Uri(server, path).ToString());
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        await Page.CloseAsync(new() { RunBeforeUnload = false });
        await context.DisposeAsync();
        Assert.Empty(errors);
    }
}

/// <summary>The Servers that the pages are served by. Heartbeats are three seconds apart.</summary>
public sealed class PagesServer : IAsyncLifetime
{
    public const string Key = "a-key-of-support-staff";

    private readonly TemporaryFolder open = new();
    private readonly TemporaryFolder brief = new();
    private readonly TemporaryFolder locked = new();

    /// <summary>Without keys.</summary>
    internal ServerProcess Server { get; private set; } = null!;

    /// <summary>With a lease of nine seconds. A slow machine takes longer than that for a few steps on a page.</summary>
    internal ServerProcess Brief { get; private set; } = null!;

    /// <summary>With a key.</summary>
    internal ServerProcess Locked { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var interval = ("StreamChecker__HeartbeatIntervalSeconds", "3");
        Server = await ServerProcess.StartAsync(open.Path, interval);
        Brief = await ServerProcess.StartAsync(brief.Path, interval, ("StreamChecker__LeaseSeconds", "9"));
        Locked = await ServerProcess.StartAsync(locked.Path, interval, ("StreamChecker__ApiKeys", Key));
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Brief.DisposeAsync();
        await Locked.DisposeAsync();
        open.Dispose();
        brief.Dispose();
        locked.Dispose();
    }
}
