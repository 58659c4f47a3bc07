using System.Diagnostics;
using System.Globalization;

namespace StreamChecker.Reliability.Soak;

/// <summary>What a process and its data folder take at one moment.</summary>
internal sealed record SoakSample(double Minutes, long Starts, double MemoryMegabytes, int Handles, double DiskMegabytes)
{
    public const string CsvHeader = "minutes,starts,memory_mb,handles,disk_mb";

    public static SoakSample Take(Process process, string dataPath, TimeSpan since, long starts)
    {
        process.Refresh();
        return new(
            since.TotalMinutes,
            starts,
            process.WorkingSet64 / 1e6,
            Directory.GetFileSystemEntries($"/proc/{process.Id}/fd").Length,
            new DirectoryInfo(dataPath).EnumerateFiles().Sum(Length) / 1e6);
    }

    public string ToCsv() => string.Create(CultureInfo.InvariantCulture, $"{Minutes:F2},{Starts},{MemoryMegabytes:F1},{Handles},{DiskMegabytes:F1}");

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
