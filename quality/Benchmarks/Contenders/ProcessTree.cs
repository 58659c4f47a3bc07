using System.Globalization;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>What the kernel says of processes and all that they started: /proc.</summary>
internal static class ProcessTree
{
    private const double MicrosecondsPerTick = 1_000_000 / 100.0;

    /// <summary>The processor time that they have used, in microseconds.</summary>
    public static double Cpu(IEnumerable<int> roots)
    {
        var all = All();
        return Within(all, roots).Sum(id => all[id].Ticks) * MicrosecondsPerTick;
    }

    /// <summary>They and all that they started.</summary>
    public static IReadOnlyCollection<int> Ids(IEnumerable<int> roots) => Within(All(), roots);

    /// <summary>The memory that they hold, in bytes.</summary>
    public static long Memory(IEnumerable<int> roots) => Within(All(), roots).Sum(id =>
        File.ReadLines($"/proc/{id}/status").Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.AsSpan(6).Trim("\t kB"), CultureInfo.InvariantCulture) * 1024));

    private static HashSet<int> Within(Dictionary<int, (int Parent, long Ticks)> all, IEnumerable<int> roots)
    {
        var found = roots.Where(all.ContainsKey).ToHashSet();
        int before;
        do
        {
            before = found.Count;
            found.UnionWith(all.Where(process => found.Contains(process.Value.Parent)).Select(process => process.Key));
        }
        while (found.Count > before);
        return found;
    }

    private static Dictionary<int, (int Parent, long Ticks)> All()
    {
        var all = new Dictionary<int, (int, long)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                // The name, in parentheses, may have anything in it.
                var stat = File.ReadAllText($"{folder}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                all[id] = (int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }

        return all;
    }
}
