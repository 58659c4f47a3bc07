using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace InProcessCosmos.RocksDb;

/// <summary>One open RocksDB. It must be closed after whatever reads or writes it, and not while something does.</summary>
internal sealed unsafe class RocksDatabase : IDisposable
{
    private const int MostGets = 64;

    private readonly DatabaseHandle handle;
    private readonly ReadOptions onePrefix = ReadOptions.OfOnePrefix();
    private readonly ReadOptions everything = ReadOptions.OfEverything();
    private readonly ConcurrentBag<RocksIterator> kept = [];

    private RocksDatabase(DatabaseHandle handle) => this.handle = handle;

    /// <exception cref="RocksDbException">It cannot be opened.</exception>
    public static RocksDatabase Open(RocksDbOptions options, string path)
    {
        byte* error = null;
        var handle = RocksDbLibrary.Open(options.Handle, path, &error);
        RocksDbLibrary.ThrowIfFailed(error);
        return new(handle);
    }

    /// <summary>The number of the last write.</summary>
    public ulong LatestSequence => RocksDbLibrary.LatestSequence(handle);

    /// <summary>The value of a key; null where there is none.</summary>
    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        byte* error = null;
        nuint length;
        byte* value;
        fixed (byte* bytes = key)
        {
            value = RocksDbLibrary.Get(handle, onePrefix.Handle, bytes, (nuint)key.Length, &length, &error);
        }

        RocksDbLibrary.ThrowIfFailed(error);
        if (value is null)
        {
            return null;
        }

        var copy = new ReadOnlySpan<byte>(value, checked((int)length)).ToArray();
        RocksDbLibrary.Free(value);
        return copy;
    }

    /// <summary>
    /// Adds the value of each key, or null where there is none. Together they take less than one by one: RocksDB looks at each table once
    /// for all, and keys that are in the order of the tables share their blocks.
    /// </summary>
    public void Get(IReadOnlyList<byte[]> keys, List<byte[]?> values)
    {
        for (var first = 0; first < keys.Count; first += MostGets)
        {
            GetSome(keys, first, Math.Min(MostGets, keys.Count - first), values);
        }
    }

    /// <summary>Writes a batch as one, and syncs it.</summary>
    public void Write(WriteBatch batch, SyncWriteOptions options)
    {
        byte* error = null;
        RocksDbLibrary.Write(handle, options.Handle, batch.Handle, &error);
        RocksDbLibrary.ThrowIfFailed(error);
    }

    /// <summary>Writes what is in memory to tables, so that the log is not needed when the database is opened again.</summary>
    public void Flush()
    {
        byte* error = null;
        using var options = RocksDbLibrary.CreateFlushOptions();
        RocksDbLibrary.Flush(handle, options, &error);
        RocksDbLibrary.ThrowIfFailed(error);
    }

    /// <summary>An iterator along all keys.</summary>
    public RocksIterator Iterate() => Iterate(everything);

    /// <summary>
    /// Reads all whose key begins with a prefix, in the order of their keys. The iterator is kept for the next scan: to make one and to end it
    /// takes as long as to find something with it. Between two scans it holds on to the tables and memtables that it has seen.
    /// </summary>
    public void Scan(byte[] prefix, Action<ReadOnlySpan<byte>, ReadOnlySpan<byte>> visit)
    {
        if (!kept.TryTake(out var iterator))
        {
            iterator = Iterate(onePrefix);
        }

        try
        {
            iterator.Refresh();
            for (iterator.Seek(prefix); iterator.IsValid && iterator.Key is var key && key.StartsWith(prefix); iterator.Next())
            {
                visit(key, iterator.Value);
            }

            iterator.ThrowIfFailed();
        }
        catch
        {
            iterator.Dispose();
            throw;
        }

        kept.Add(iterator);
    }

    /// <summary>Rewrites the tables from one key up to another, without deleted keys.</summary>
    public void Compact(ReadOnlySpan<byte> first, ReadOnlySpan<byte> end)
    {
        fixed (byte* from = first, to = end)
        {
            RocksDbLibrary.Compact(handle, from, (nuint)first.Length, to, (nuint)end.Length);
        }

        // The tables that were replaced leave the disk only when no kept iterator holds on to them.
        EndKept();
    }

    public void Dispose()
    {
        EndKept();
        handle.Dispose();
        onePrefix.Dispose();
        everything.Dispose();
    }

    private void GetSome(IReadOnlyList<byte[]> keys, int first, int count, List<byte[]?> values)
    {
        var pins = stackalloc GCHandle[count];
        var pointers = stackalloc byte*[count];
        var lengths = stackalloc nuint[count];
        var found = stackalloc byte*[count];
        var foundLengths = stackalloc nuint[count];
        var errors = stackalloc byte*[count];
        for (var i = 0; i < count; i++)
        {
            pins[i] = GCHandle.Alloc(keys[first + i], GCHandleType.Pinned);
            pointers[i] = (byte*)pins[i].AddrOfPinnedObject();
            lengths[i] = (nuint)keys[first + i].Length;
        }

        RocksDbLibrary.MultiGet(handle, onePrefix.Handle, (nuint)count, pointers, lengths, found, foundLengths, errors);
        byte* error = null;
        for (var i = 0; i < count; i++)
        {
            pins[i].Free();
            values.Add(found[i] is null ? null : new ReadOnlySpan<byte>(found[i], checked((int)foundLengths[i])).ToArray());
            RocksDbLibrary.Free(found[i]);
            if (errors[i] is not null)
            {
                RocksDbLibrary.Free(error);
                error = errors[i];
            }
        }

        RocksDbLibrary.ThrowIfFailed(error);
    }

    private RocksIterator Iterate(ReadOptions options)
    {
        var iterator = RocksDbLibrary.CreateIterator(handle, options.Handle);
        iterator.Hold(handle);
        return new(iterator);
    }

    private void EndKept()
    {
        while (kept.TryTake(out var iterator))
        {
            iterator.Dispose();
        }
    }
}
