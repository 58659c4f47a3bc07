using System.Buffers.Binary;
using System.Numerics;

namespace InProcessCosmos.Disk;

/// <summary>
/// Distinguishes damage in a write-ahead log from the torn tail that a crash leaves. RocksDB takes a record whose length reaches
/// beyond the end of the log for the torn tail, and would silently drop every acknowledged write after it. But
/// every record is synced before the next is written: a crash never leaves a complete record after a torn one.
/// </summary>
/// <remarks>
/// The format is RocksDB's: blocks of 32 KiB with records of checksum, length, type and content; none begins in the last
/// 6 bytes of a block.
/// </remarks>
internal static class WalVerifier
{
    private const int BlockSize = 32 * 1024;
    private const int HeaderSize = 7;
    private const int LengthOffset = 4;
    private const int TypeOffset = 6;
    private const byte Full = 1;
    private const byte First = 2;

    /// <summary>Checks all logs of a folder.</summary>
    /// <exception cref="DataFolderException">One of them is damaged before its tail.</exception>
    public static void ThrowIfDamaged(string path)
    {
        foreach (var file in Directory.EnumerateFiles(path, "*.log"))
        {
            if (DamagedAt(File.ReadAllBytes(file)) is { } offset)
            {
                throw new DataFolderException(
                    $"The data folder {path} cannot be opened: {Path.GetFileName(file)} is damaged at byte {offset}, before what was written last.");
            }
        }
    }

    /// <summary>The position of the first broken record that is followed by a complete one; null if there is none.</summary>
    internal static int? DamagedAt(ReadOnlySpan<byte> log)
    {
        var broken = EndOfWholeRecords(log);
        for (var at = broken + 1; at < log.Length - HeaderSize; at++)
        {
            if (log[at + TypeOffset] is Full or First && LengthOfRecord(log, at) > 0)
            {
                return broken;
            }
        }

        return null;
    }

    private static int EndOfWholeRecords(ReadOnlySpan<byte> log)
    {
        for (var at = 0; ;)
        {
            if (BlockSize - (at % BlockSize) is < HeaderSize and var padding)
            {
                at += padding;
            }

            if (LengthOfRecord(log, at) is not (> 0 and var length))
            {
                return at;
            }

            at += length;
        }
    }

    /// <summary>The length of the record that begins here, including its header; 0 if there is none.</summary>
    private static int LengthOfRecord(ReadOnlySpan<byte> log, int at)
    {
        if (at + HeaderSize > log.Length)
        {
            return 0;
        }

        var length = HeaderSize + BinaryPrimitives.ReadUInt16LittleEndian(log[(at + LengthOffset)..]);
        if (length > BlockSize - (at % BlockSize) || at + length > log.Length || log[at + TypeOffset] == 0)
        {
            return 0;
        }

        var expected = BinaryPrimitives.ReadUInt32LittleEndian(log[at..]);
        return Masked(Checksum(log[(at + TypeOffset)..(at + length)])) == expected ? length : 0;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var checksum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var rest in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, rest);
        }

        return ~checksum;
    }

    /// <summary>RocksDB stores checksums in a masked form.</summary>
    private static uint Masked(uint checksum) => BitOperations.RotateRight(checksum, 15) + 0xa282ead8;
}
