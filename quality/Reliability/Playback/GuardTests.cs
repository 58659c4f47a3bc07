using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace StreamChecker.Reliability.Playback;

/// <summary>
/// <c>docs/samples/guard.mjs</c> in Node, with the library <c>jose</c> from npm: it guards segments with the playback tokens of a Server, and an
/// evicted player goes dark, even one that ignores its 410.
/// </summary>
public sealed partial class GuardTests : IAsyncLifetime
{
    private const int LeaseSeconds = 6;

    private readonly TemporaryFolder data = new();
    private readonly TemporaryFolder videos = new();
    private ServerProcess? server;
    private SegmentGuard? guard;

    public async Task InitializeAsync()
    {
        if (NodeFactAttribute.WhyNot is not null)
        {
            return;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        server = await ServerProcess.StartAsync(
            data.Path,
            ("StreamChecker__LeaseSeconds", $"{LeaseSeconds}"),
            ("StreamChecker__HeartbeatIntervalSeconds", "2"),
            ("StreamChecker__MaxConcurrentStreams", "1"),
            ("StreamChecker__PlaybackKeys", Convert.ToBase64String(key.ExportPkcs8PrivateKey())));
        foreach (var film in new[] { "film-42", "match-7" })
        {
            Directory.CreateDirectory(Path.Combine(videos.Path, film));
            await File.WriteAllTextAsync(Path.Combine(videos.Path, film, "1.ts"), $"a segment of {film}");
        }

        guard = await SegmentGuard.StartAsync(server.Address, videos.Path);
    }

    public async Task DisposeAsync()
    {
        guard?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        data.Dispose();
        videos.Dispose();
    }

    [NodeFact]
    public async Task AnEvictedPlayer_GoesDarkWithItsLease_EvenIfItIgnoresIts410()
    {
        using var backend = server!.CreateClient();
        var tv = await backend.StartAsync("anna", "film-42", "TV");
        Assert.Equal((HttpStatusCode.OK, "a segment of film-42"), await guard!.GetAsync("film-42", TokenOf(tv)));

        var phone = await backend.StartAsync("anna", "match-7", "Phone", onLimit: "replaceOldest");
        var evicted = Stopwatch.StartNew();
        var onPhone = TokenOf(phone);
        Assert.Equal(HttpStatusCode.Gone, (await backend.HeartbeatAsync(tv.Id)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await backend.SendAsync(HttpMethod.Get, "/stream-record/" + tv.Id)).Status);
        TimeSpan? dark = null;
        while (evicted.Elapsed < TimeSpan.FromSeconds(2 * LeaseSeconds))
        {
            var (status, _) = await guard.GetAsync("film-42", TokenOf(tv));
            Assert.True(dark is null || status == HttpStatusCode.Unauthorized, "The picture came back.");
            dark ??= status == HttpStatusCode.Unauthorized ? evicted.Elapsed : null;

            // The other player goes on: each heartbeat brings a token that lives as long as its lease.
            onPhone = TokenOf(await backend.HeartbeatAsync(phone.Id));
            Assert.Equal((HttpStatusCode.OK, "a segment of match-7"), await guard.GetAsync("match-7", onPhone));
            await Task.Delay(500);
        }

        Assert.NotNull(dark);
        Assert.InRange(dark.Value.TotalSeconds, 0, LeaseSeconds + 1);
    }

    [NodeFact]
    public async Task ATokenOpensOneVideo_AndNoneOpensNothing()
    {
        using var backend = server!.CreateClient();
        var token = TokenOf(await backend.StartAsync("bert", "film-42"));

        Assert.Equal(HttpStatusCode.OK, (await guard!.GetAsync("film-42", token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await guard.GetAsync("match-7", token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await guard.GetAsync("film-42", null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await guard.GetAsync("film-42", token[..^8] + "AAAAAAAA")).Status);
    }

    private static string TokenOf(ApiResponse response) => response.Body.GetProperty("playback").GetProperty("token").GetString()!;

    /// <summary>The sample as a process, with <c>jose</c> next to it.</summary>
    private sealed partial class SegmentGuard : IDisposable
    {
        private const string Jose = "jose@6.2.18";

        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

        private readonly TemporaryFolder folder;
        private readonly Process process;
        private readonly HttpClient client;

        private SegmentGuard(TemporaryFolder folder, Process process, Uri address) =>
            (this.folder, this.process, client) = (folder, process, new() { BaseAddress = address });

        public static async Task<SegmentGuard> StartAsync(Uri service, string videos)
        {
            var folder = new TemporaryFolder();
            File.Copy(RepositoryFiles.Path("docs/samples/guard.mjs"), Path.Combine(folder.Path, "guard.mjs"));
            using (var install = Start(folder, "npm", "install", "--no-audit", "--no-fund", "--no-save", Jose))
            {
                var output = await install.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
                await install.WaitForExitAsync().WaitAsync(Patience);
                Assert.True(install.ExitCode == 0, $"npm install {Jose}: {output}");
            }

            var process = Start(folder, "node", "guard.mjs", service.OriginalString, videos, "0");
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            return new(folder, process, new(Address().Match(line!).Value));
        }

        public async Task<(HttpStatusCode Status, string Content)> GetAsync(string video, string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/{video}/1.ts");
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var response = await client.SendAsync(request);
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }

        public void Dispose()
        {
            process.Kill();
            process.Dispose();
            client.Dispose();
            folder.Dispose();
        }

        private static Process Start(TemporaryFolder folder, string program, params string[] words) =>
            Process.Start(new ProcessStartInfo(program, words) { WorkingDirectory = folder.Path, RedirectStandardOutput = true })!;

        [GeneratedRegex("http://[0-9.:]+")]
        private static partial Regex Address();
    }
}

/// <summary>A test of something that runs in Node.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = WhyNot;

    /// <summary>Why there is no Node here; null where there is.</summary>
    public static string? WhyNot { get; } =
        new[] { "node", "npm" }.FirstOrDefault(program => !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)))) is { } missing
            ? $"There is no {missing} here."
            : null;
}
