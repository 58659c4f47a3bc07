namespace StreamChecker.Benchmarks.Reports;

/// <summary>The files that the benchmarks write: they are part of the source.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder that the solution is in.</summary>
    public static string Root { get; } = FindRoot();

    public static string Benchmarks => Directory.CreateDirectory(Path.Combine(Root, "docs", "benchmarks")).FullName;

    /// <summary>Puts text between a file's two markers of a name, and leaves the rest of the file as it is.</summary>
    public static string WithSection(string file, string name, string text)
    {
        var (begin, end) = ($"<!-- {name}: begin -->", $"<!-- {name}: end -->");
        var content = File.ReadAllText(file);
        var first = content.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var last = content.IndexOf(end, StringComparison.Ordinal);
        return first >= begin.Length && last >= first
            ? content[..first] + "\n" + text.Trim() + "\n" + content[last..]
            : throw new InvalidDataException($"{file} has no section {begin} … {end}.");
    }

    private static string FindRoot()
    {
        foreach (var start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "StreamChecker.sln")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new InvalidOperationException("The benchmarks write into the source: start them in it.");
    }
}
