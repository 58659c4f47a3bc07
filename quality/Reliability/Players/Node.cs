using System.Diagnostics;
using StreamChecker.Reliability.Browsers;

namespace StreamChecker.Reliability.Players;

/// <summary>Node.js and the players' packages.</summary>
internal static class Node
{
    public const string Folder = "quality/Reliability/Players";

    public static string? Program { get; } = Find("node");

    public static string? Npm { get; } = Find("npm");

    /// <summary>Why the tests cannot run; null if they can.</summary>
    public static string? WhyNot =>
        Program is null || Npm is null ? "There is no Node.js here."
        : Directory.Exists(RepositoryFiles.Path($"{Folder}/node_modules")) ? null
        : $"The players are missing: npm ci --prefix {Folder}";

    /// <summary>Runs a program to its end.</summary>
    public static async Task RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
        }
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}

/// <summary>A test that plays with the real players in a real browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PlayersTheoryAttribute : TheoryAttribute
{
    public PlayersTheoryAttribute() => Skip = Chromium.WhyNot ?? Node.WhyNot;
}

/// <summary>A test that needs Node.js and the players' packages.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = Node.WhyNot;
}
