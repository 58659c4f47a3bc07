using System.ComponentModel;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>Which programs this machine has.</summary>
internal static class Installed
{
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
}
