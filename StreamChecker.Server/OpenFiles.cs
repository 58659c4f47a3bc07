using System.Globalization;

namespace StreamChecker.Server;

/// <summary>The limit of open files. If it is too low, the process fails at an arbitrary point, and cannot report why.</summary>
internal static class OpenFiles
{
    /// <summary>Tested: with 200 the runtime cannot load its libraries.</summary>
    private const int Least = 256;

    private const string Limits = "/proc/self/limits";
    private const string Row = "Max open files";

    /// <exception cref="StartupException">The limit is too low.</exception>
    public static void Check()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Limits))
        {
            return;
        }

        var row = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal));
        if (row?[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
            && int.TryParse(soft, CultureInfo.InvariantCulture, out var most) && most < Least)
        {
            throw new StartupException(
                $"The limit of open files is {most} (ulimit -n); the process needs at least {Least}, and one for each connection.");
        }
    }
}
