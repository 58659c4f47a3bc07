namespace InProcessCosmos.RocksDb;

/// <summary>Walks along the keys of a database, in their order.</summary>
internal sealed unsafe class RocksIterator(IteratorHandle handle) : IDisposable
{
    // For the calls of each document: a safe handle would count its references twice for each. Only the owner disposes of the iterator.
    private readonly nint pointer = handle.DangerousGetHandle();

    public bool IsValid => RocksDbLibrary.IsValid(pointer) != 0;

    /// <summary>Valid until the iterator moves.</summary>
    public ReadOnlySpan<byte> Key
    {
        get
        {
            nuint length;
            var key = RocksDbLibrary.Key(pointer, &length);
            return new(key, checked((int)length));
        }
    }

    /// <summary>Valid until the iterator moves.</summary>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            nuint length;
            var value = RocksDbLibrary.Value(pointer, &length);
            return new(value, checked((int)length));
        }
    }

    /// <summary>Brings it up to what has been written since it was made, or was refreshed before.</summary>
    public void Refresh()
    {
        byte* error = null;
        RocksDbLibrary.Refresh(handle, &error);
        RocksDbLibrary.ThrowIfFailed(error);
    }

    /// <summary>Goes to a key, or to the first one after it.</summary>
    public void Seek(ReadOnlySpan<byte> key)
    {
        fixed (byte* bytes = key)
        {
            RocksDbLibrary.Seek(handle, bytes, (nuint)key.Length);
        }
    }

    public void Next() => RocksDbLibrary.Next(pointer);

    /// <summary>An iterator that meets damage is at its end, as one that has seen everything.</summary>
    /// <exception cref="RocksDbException">It has met damage.</exception>
    public void ThrowIfFailed()
    {
        byte* error = null;
        RocksDbLibrary.GetError(handle, &error);
        RocksDbLibrary.ThrowIfFailed(error);
    }

    public void Dispose() => handle.Dispose();
}
