using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Playwright;
using StreamChecker.Reliability.Browsers;

namespace StreamChecker.Reliability.Players;

/// <summary>
/// A streaming platform: its pages with the players and the packed npm package, its backend with the API key, and a Server with a lease of nine
/// seconds.
/// </summary>
public sealed class Platform : IAsyncLifetime
{
    public const string ApiKey = "the-key-of-the-platforms-backend";

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(9);
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly TemporaryFolder data = new();
    private readonly TemporaryFolder package = new();
    private WebApplication? site;
    private ServerProcess? server;

    /// <summary>The backend.</summary>
    public HttpClient Backend { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if ((Chromium.WhyNot ?? Node.WhyNot) is not null)
        {
            return;
        }

        await UnpackAsync();
        site = await ServeAsync();
        server = await ServerProcess.StartAsync(
            data.Path,
            ("StreamChecker__ApiKeys", ApiKey),
            ("StreamChecker__PlayerKeys", "c2l4dGVlbiBieXRlcywgYW5kIHNpeHRlZW4gbW9yZS4="),
            ("StreamChecker__AllowedOrigins", site.Urls.Single()),
            ("StreamChecker__MaxConcurrentStreams", "1"),
            ("StreamChecker__LeaseSeconds", "9"),
            ("StreamChecker__HeartbeatIntervalSeconds", "3"));
        Backend = server.CreateClient();
        Backend.DefaultRequestHeaders.Add("x-functions-key", ApiKey);
    }

    /// <summary>Starts a stream and plays it on a page.</summary>
    internal async Task<PlayingPage> PlayAsync(IBrowser browser, string player)
    {
        var user = $"viewer {Guid.NewGuid()}";
        var started = await Backend.StartAsync(user, "film-42", "Browser");
        var page = await browser.NewPageAsync();
        var playing = new PlayingPage(page, user, Backend, server!.Address);
        await page.GotoAsync(site!.Urls.Single());
        await page.WaitForFunctionAsync("() => window.play");
        await page.EvaluateAsync("([name, started]) => play(name, JSON.parse(started))", new[] { player, started.Content });
        return playing;
    }

    public async Task DisposeAsync()
    {
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (site?.DisposeAsync() ?? ValueTask.CompletedTask);
        data.Dispose();
        package.Dispose();
    }

    /// <summary>The package as it is published, and not the folder that it is made of.</summary>
    private async Task UnpackAsync()
    {
        await Node.RunAsync(Node.Npm!, RepositoryFiles.Path("clients/player"), "pack", "--silent", "--pack-destination", package.Path);
        await using var packed = File.OpenRead(Directory.EnumerateFiles(package.Path, "*.tgz").Single());
        await using var content = new GZipStream(packed, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(content, package.Path, overwriteFiles: false);
    }

    private async Task<WebApplication> ServeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddLogging();
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var types = new FileExtensionContentTypeProvider
        {
            Mappings = { [".mjs"] = "text/javascript", [".mpd"] = "application/dash+xml", [".m3u8"] = "application/vnd.apple.mpegurl" },
        };
        foreach (var (path, folder) in new[]
        {
            ("/package", Path.Combine(package.Path, "package")),
            ("/media", RepositoryFiles.Path($"{Node.Folder}/media")),
            ("/node_modules", RepositoryFiles.Path($"{Node.Folder}/node_modules")),
            ("", RepositoryFiles.Path($"{Node.Folder}/page")),
        })
        {
            var files = new PhysicalFileProvider(folder);
            app.UseDefaultFiles(new DefaultFilesOptions { RequestPath = path, FileProvider = files });
            app.UseStaticFiles(new StaticFileOptions { RequestPath = path, FileProvider = files, ContentTypeProvider = types });
        }

        await app.StartAsync();
        return app;
    }
}
