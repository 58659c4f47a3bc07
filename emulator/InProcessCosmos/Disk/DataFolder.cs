using System.Globalization;
using System.Text;

namespace InProcessCosmos.Disk;

/// <summary>The data folder: it contains the version of its format; unknown versions are rejected.</summary>
internal static class DataFolder
{
    private const int Format = 2;
    private const string FormatFile = "FORMAT";

    /// <summary>Creates the folder or checks its format, and returns its full path.</summary>
    public static string Prepare(string path)
    {
        path = Path.GetFullPath(path);
        try
        {
            Create(path);
            var file = Path.Combine(path, FormatFile);
            if (!File.Exists(file))
            {
                if (Directory.EnumerateFileSystemEntries(path).Any(entry => Path.GetFileName(entry) != FormatFile + ".new"))
                {
                    throw new DataFolderException($"The data folder {path} holds files that are not the engine's; use another one.");
                }

                Write(file, Format.ToString(CultureInfo.InvariantCulture) + "\n");
            }

            CheckFormat(path, File.ReadAllText(file));
            return path;
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw new DataFolderException($"The data folder {path} cannot be used: {denied.Message}", denied);
        }
    }

    /// <summary>Accessible to its owner only, since documents contain user IDs.</summary>
    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The file is complete and synced before it gets its name: an empty file would make the data permanently inaccessible.</summary>
    private static void Write(string file, string text)
    {
        var beside = file + ".new";
        using (var stream = new FileStream(beside, FileMode.Create))
        {
            stream.Write(Encoding.ASCII.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, file);
    }

    private static void CheckFormat(string path, string text)
    {
        if (!int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var format))
        {
            throw new DataFolderException($"The data folder {path} has a {FormatFile} file that holds no number.");
        }

        if (format != Format)
        {
            throw new DataFolderException(
                $"The data folder {path} has format {format}; this version reads format {Format}. " +
                "To start over without its data, delete the folder or use another one.");
        }
    }
}
