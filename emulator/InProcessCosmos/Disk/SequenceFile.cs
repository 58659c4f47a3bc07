using System.Buffers.Binary;

namespace InProcessCosmos.Disk;

/// <summary>
/// The number of the last write that was acknowledged, in a file of its own in the data folder. A database that opens below
/// it has lost a log: RocksDB opens without a word where a log was removed or emptied. The file is not synced, and written
/// only after the log is, so that a power cut leaves it behind the log, never ahead.
/// </summary>
internal sealed class SequenceFile : IDisposable
{
    private const string Name = "SEQUENCE";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly string path;
    private readonly FileStream file;
    private readonly Lock writing = new();
    private readonly byte[] number = new byte[sizeof(ulong)];
    private long lookAt;

    private SequenceFile(string path)
    {
        this.path = path;
        file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        RandomAccess.Read(file.SafeFileHandle, number, 0);
    }

    /// <summary>The last write that was acknowledged; 0 where none is known.</summary>
    public ulong Remembered => BinaryPrimitives.ReadUInt64LittleEndian(number);

    public static SequenceFile Open(string folder) => new(Path.Combine(folder, Name));

    /// <summary>Remembers a write that is on disk. Where the file takes no more, it stays behind, as after a power cut.</summary>
    public void Remember(ulong sequence)
    {
        Span<byte> next = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(next, sequence);
        lock (writing)
        {
            if (sequence <= Remembered)
            {
                return;
            }

            try
            {
                RandomAccess.Write(file.SafeFileHandle, next, 0);
                next.CopyTo(number);
            }
            catch (IOException)
            {
                // What was written is in the log and synced: a mark that cannot be made must not end the thread that answers it.
            }
        }
    }

    /// <summary>
    /// Whether the data folder still has this file. Where it was removed, the database's own files were, too: they would take
    /// writes until the process ends, and nothing of that would be found again. Looks once a second.
    /// </summary>
    /// <param name="lookNow">Whether to look again in any case: what is opened next would be made where it is missing.</param>
    public bool IsInPlace(bool lookNow = false)
    {
        lock (writing)
        {
            if (!lookNow && Environment.TickCount64 < lookAt)
            {
                return true;
            }

            try
            {
                if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(number) && Remembered > 0)
                {
                    return false;
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return false;
            }

            lookAt = Environment.TickCount64 + (long)BetweenLooks.TotalMilliseconds;
            return true;
        }
    }

    public void Dispose() => file.Dispose();
}
