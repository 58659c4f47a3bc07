using System.Diagnostics;

namespace StreamChecker.Browsers;

/// <summary>What these tests need beyond .NET.</summary>
internal static class Requirements
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    public static string? Chromium { get; } = Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? Names.Select(Find).FirstOrDefault(path => path is not null);

    public static string? Node { get; } = Find("node");

    public static string? Npm { get; } = Find("npm");

    /// <summary>Why the tests of the reporter cannot run; null if they can.</summary>
    public static string? WhyNotInNode =>
        Node is null || Npm is null ? "Node.js is missing."
        : Directory.Exists(RepositoryFiles.Path("quality/Browsers/node_modules")) ? null
        : "The players are missing: npm ci --prefix quality/Browsers";

    /// <summary>Why the tests in a browser cannot run; null if they can.</summary>
    public static string? WhyNotInABrowser => Chromium is null ? "Chromium is missing: apt-get install chromium" : WhyNotInNode;

    /// <summary>Runs a program to its end and returns its output.</summary>
    public static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}

/// <summary>A test that plays in a real browser.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Requirements.WhyNotInABrowser;
}

/// <summary>A test that needs Node.js and the players' packages.</summary>
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = Requirements.WhyNotInNode;
}
