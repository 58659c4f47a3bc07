using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace StreamChecker.Tests.Infrastructure;

/// <summary>The real Bicep compiler, from the package Azure.Bicep.CommandLine.linux-x64.</summary>
internal static class BicepCompiler
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Why the compiler cannot run on this machine; null where it can.</summary>
    public static string? WhyNot { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64
            ? null
            : $"The Bicep compiler of the package runs on Linux x64; this is {RuntimeInformation.RuntimeIdentifier}.";

    private static string Executable { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "BicepCompiler").Value!;

    public static BicepRun Run(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"bicep {string.Join(' ', start.ArgumentList)} did not end within {Patience}.");
        }

        process.WaitForExit();
        return new BicepRun(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
