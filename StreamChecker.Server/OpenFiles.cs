using System.Globalization;

namespace StreamChecker.Server;

/// <summary>How many files the process may have open. With too few it fails in the middle of something, and cannot even say why.</summary>
internal static class OpenFiles
{
    /// <summary>Tried: with 200 the runtime cannot load its parts.</summary>
    private const int Least = 256;

    private const string Limits = "/proc/self/limits";
    private const string Row = "Max open files";

    /// <exception cref="StartupException">They are too few.</exception>
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
                $"The process may have {most} files open (ulimit -n); it needs at least {Least}, and one more for each connection.");
        }
    }
}
