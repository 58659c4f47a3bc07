using System.Diagnostics;
using System.Globalization;

namespace StreamChecker.Reliability.Crashes;

/// <summary>A layer below a process that knows what was synced, and can make syncs and writes of the log fail, or take long.</summary>
internal sealed class DiskShim : IDisposable
{
    private static readonly Lazy<string?> Library = new(Compile);

    private readonly TemporaryFolder own = new();

    public DiskShim(string dataPath) => Settings =
    [
        ("LD_PRELOAD", Library.Value!), ("DISK_SHIM_FOLDER", dataPath), ("DISK_SHIM_JOURNAL", JournalPath), ("DISK_SHIM_FAULT", FaultPath),
    ];

    /// <summary>Whether there is a C compiler to build it with.</summary>
    public static bool IsAvailable => Library.Value is not null;

    /// <summary>The environment of the process that is to run above it.</summary>
    public (string Name, string Value)[] Settings { get; }

    private string JournalPath => Path.Combine(own.Path, "journal");

    private string FaultPath => Path.Combine(own.Path, "fault");

    public void FailSyncs(int errno) => Fault($"sync {errno}");

    public void FailWrites(int errno) => Fault($"write {errno}");

    public void SlowSyncs(TimeSpan each) => Fault($"slow {(int)each.TotalMilliseconds}");

    public void PretendToSync() => Fault("lie 0");

    public void Work() => File.Delete(FaultPath);

    /// <summary>Copies what a power cut would have left of a folder: the names that were synced, each file as far as it was.</summary>
    /// <returns>How many syncs of files there were, and how many bytes were lost.</returns>
    public (int Syncs, long BytesLost) CopyWhatWasSynced(string from, string to)
    {
        var synced = new Dictionary<ulong, long>();
        Dictionary<string, ulong> names = [], listing = [];
        var syncs = 0;
        foreach (var words in File.ReadLines(JournalPath).Select(line => line.Split(' ')))
        {
            switch (words)
            {
                case ["file", var inode, var length]:
                    synced[ulong.Parse(inode, CultureInfo.InvariantCulture)] = long.Parse(length, CultureInfo.InvariantCulture);
                    syncs++;
                    break;
                case ["entry", var inode, var name]:
                    listing[name] = ulong.Parse(inode, CultureInfo.InvariantCulture);
                    break;
                case ["folder"]:
                    (names, listing) = (listing, []);
                    break;
            }
        }

        var lost = 0L;
        foreach (var (name, inode) in names)
        {
            // A name that is gone by now was removed after the folder was synced: after what replaced it was.
            var source = Path.Combine(from, name);
            if (File.Exists(source) && synced.TryGetValue(inode, out var length))
            {
                var bytes = File.ReadAllBytes(source);
                File.WriteAllBytes(Path.Combine(to, name), bytes[..(int)Math.Min(length, bytes.Length)]);
                lost += Math.Max(0, bytes.Length - length);
            }
        }

        return (syncs, lost);
    }

    public void Dispose() => own.Dispose();

    private static string? Compile()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("stream-checker-shim-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var source = Path.Combine(folder, "disk-shim.c");
        var library = Path.Combine(folder, "disk-shim.so");
        using (var text = typeof(DiskShim).Assembly.GetManifestResourceStream("disk-shim.c")!)
        using (var file = File.Create(source))
        {
            text.CopyTo(file);
        }

        try
        {
            using var gcc = Process.Start(new ProcessStartInfo("gcc", ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]))!;
            gcc.WaitForExit();
            return gcc.ExitCode == 0 ? library : throw new InvalidOperationException("disk-shim.c does not compile.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private void Fault(string fault)
    {
        // Whole or not there: the process below looks at any time.
        var next = FaultPath + ".new";
        File.WriteAllText(next, fault);
        File.Move(next, FaultPath, overwrite: true);
    }
}

/// <summary>A test that needs <see cref="DiskShim"/>, and so a C compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskShimFactAttribute : FactAttribute
{
    public DiskShimFactAttribute() => Skip = DiskShim.IsAvailable ? null : "There is no gcc to build the layer below the process with.";
}

/// <summary>Tests that need <see cref="DiskShim"/>, and so a C compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskShimTheoryAttribute : TheoryAttribute
{
    public DiskShimTheoryAttribute() => Skip = DiskShim.IsAvailable ? null : "There is no gcc to build the layer below the process with.";
}
