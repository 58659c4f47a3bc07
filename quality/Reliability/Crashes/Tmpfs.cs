using System.Diagnostics;

namespace StreamChecker.Reliability.Crashes;

/// <summary>A disk of a few megabytes.</summary>
internal sealed class Tmpfs : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public Tmpfs(int megabytes) => IsMounted = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder.Path);

    /// <summary>False where this user may not mount.</summary>
    public bool IsMounted { get; }

    public string DataPath => Path.Combine(folder.Path, "data");

    private string Ballast => Path.Combine(folder.Path, "ballast");

    /// <summary>Fills the disk, except for the given number of bytes.</summary>
    public void Fill(long leave)
    {
        using var file = File.Create(Ballast);
        file.Write(new byte[Math.Max(0, new DriveInfo(folder.Path).AvailableFreeSpace - leave)]);
    }

    public void GiveRoom() => File.Delete(Ballast);

    public void Dispose()
    {
        if (IsMounted)
        {
            Run("umount", folder.Path);
        }

        folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A test that needs a small disk of its own, and so the right to mount one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMount = new(() =>
    {
        using var disk = new Tmpfs(1);
        return disk.IsMounted;
    });

    public TmpfsFactAttribute() => Skip = MayMount.Value ? null : "This user may not mount a small disk.";
}
