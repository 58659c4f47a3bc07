using System.Buffers.Binary;

namespace InProcessCosmos.Disk;

/// <summary>
/// The number of the last acknowledged write, in its own file in the data folder. A database that opens with a lower number has lost a log:
/// RocksDB reports no error if a log was removed or emptied. The file is not synced, and is written after the log, so that after a power cut it
/// can be older than the log, but never newer.
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

    /// <summary>The number of the last acknowledged write; 0 if unknown.</summary>
    public ulong Remembered => BinaryPrimitives.ReadUInt64LittleEndian(number);

    public static SequenceFile Open(string folder) => new(Path.Combine(folder, Name));

    /// <summary>Stores the number of a durable write. If the file cannot be written, it stays older, as after a power cut.</summary>
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
                // The write is durable: a failure here must not end the thread that completes it.
            }
        }
    }

    /// <summary>
    /// Whether the data folder still contains this file. If it was removed, so were the database's files: they would accept writes until the
    /// process ends, and all of them would be lost. Checks once a second.
    /// </summary>
    /// <param name="lookNow">Whether to check immediately: opening the database would create a missing folder.</param>
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
