using System.ComponentModel;
using System.Text.Json;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>The programs and packages of this machine, with their versions.</summary>
internal static class Installed
{
    private static readonly Lazy<Dictionary<string, string>> Packages = new(ReadPackages);

    /// <summary>The folder of the programs that the benchmarks install themselves.</summary>
    public static string Cache { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "stream-checker-benchmarks");

    /// <summary>The version of a package that these benchmarks or the Server use.</summary>
    public static string Package(string name) => Packages.Value[name];

    /// <summary>The first line of what a program says of its version; null where it is missing.</summary>
    public static async Task<string?> VersionAsync(string program, string argument, CancellationToken cancellationToken)
    {
        try
        {
            return (await ChildProcess.RunAsync(program, [argument], cancellationToken)).Split('\n').FirstOrDefault(line => line.Length > 0);
        }
        catch (Exception missing) when (missing is Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> ReadPackages()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "StreamChecker.Benchmarks.deps.json"));
        using var dependencies = JsonDocument.Parse(file);
        return dependencies.RootElement.GetProperty("libraries").EnumerateObject()
            .Select(library => library.Name.Split('/'))
            .ToDictionary(parts => parts[0], parts => parts[1]);
    }
}
