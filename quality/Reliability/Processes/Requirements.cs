using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace StreamChecker.Reliability.Processes;

/// <summary>A test of something that Linux alone has.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "It needs Linux.";
}

/// <summary>A test of a port that the user may not listen on. Root may on every port, and gives that up by <c>setpriv</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ForbiddenPortFactAttribute : FactAttribute
{
    public const int Port = 80;

    private const string FirstFreePort = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

    private static readonly string[] SetPrivileges = ["setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"];

    private static readonly Lazy<bool> MayGiveUp = new(() =>
    {
        try
        {
            using var attempt = Process.Start(new ProcessStartInfo(SetPrivileges[0], [.. SetPrivileges[1..], "true"]) { RedirectStandardError = true })!;
            attempt.WaitForExit();
            return attempt.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    });

    public ForbiddenPortFactAttribute() => Skip =
        !OperatingSystem.IsLinux() ? "It needs Linux."
        : !File.Exists(FirstFreePort) || int.Parse(File.ReadAllText(FirstFreePort), CultureInfo.InvariantCulture) <= Port
            ? $"Every user may listen on port {Port} here."
        : Environment.IsPrivilegedProcess && !MayGiveUp.Value ? $"Root may listen on port {Port}, and setpriv cannot take that right away here."
        : null;

    /// <summary>What runs a program without the right to listen there.</summary>
    public static string[] Launcher => Environment.IsPrivilegedProcess ? SetPrivileges : [];
}

/// <summary>A test that types commands into a shell.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute(string shell) => Skip = ShellPrograms.WhyNot(shell);
}

/// <summary>Some tests that type commands into a shell.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute(string shell) => Skip = ShellPrograms.WhyNot(shell);
}

/// <summary>The programs that the documents' commands need.</summary>
internal static class ShellPrograms
{
    /// <summary>Why the commands cannot be typed into a shell here; null where they can.</summary>
    public static string? WhyNot(string shell)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return OperatingSystem.IsWindows()
            ? "It needs Linux or macOS."
            : new[] { shell, "curl" }.FirstOrDefault(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))) is { } missing
                ? $"There is no {missing} here."
                : null;
    }
}
