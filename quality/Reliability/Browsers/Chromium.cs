using Microsoft.Playwright;

namespace StreamChecker.Reliability.Browsers;

/// <summary>A test in a real browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.WhyNot;
}

/// <summary>Some tests in a real browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = Chromium.WhyNot;
}

/// <summary>The machine's own Chromium, headless, started once for the tests that share it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>How long a test waits for what it expects on a page, in milliseconds: a busy machine is slow.</summary>
    private const int Patience = 20_000;

    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string? Program = (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        from program in Programs
        select Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private IPlaywright? playwright;

    /// <summary>Why there is no browser here; null where there is one.</summary>
    public static string? WhyNot => Program is null ? "There is no Chromium here (Debian: apt-get install chromium)." : null;

    public IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Program is null)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(Patience);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            // Root has no sandbox; containers have a small /dev/shm; a test does not click before it plays.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"],
        });
    }

    public async Task DisposeAsync()
    {
        if (playwright is not null)
        {
            await Browser.DisposeAsync();
            playwright.Dispose();
        }
    }
}

/// <summary>The tests that share it, one after the other and with nothing next to them: a page that is closed has half a second for its last call.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserTests : ICollectionFixture<Chromium>
{
    public const string Name = "a browser";
}
