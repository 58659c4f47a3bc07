namespace InProcessCosmos.RocksDb;

/// <summary>Writes that RocksDB applies as one.</summary>
internal sealed unsafe class WriteBatch : IDisposable
{
    public BatchHandle Handle { get; } = RocksDbLibrary.CreateBatch();

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* keyBytes = key, valueBytes = value)
        {
            RocksDbLibrary.Put(Handle, keyBytes, (nuint)key.Length, valueBytes, (nuint)value.Length);
        }
    }

    public void Delete(ReadOnlySpan<byte> key)
    {
        fixed (byte* bytes = key)
        {
            RocksDbLibrary.Delete(Handle, bytes, (nuint)key.Length);
        }
    }

    /// <summary>Deletes the keys from <paramref name="first"/> up to, but not including, <paramref name="end"/>.</summary>
    public void DeleteRange(ReadOnlySpan<byte> first, ReadOnlySpan<byte> end)
    {
        fixed (byte* from = first, to = end)
        {
            RocksDbLibrary.DeleteRange(Handle, from, (nuint)first.Length, to, (nuint)end.Length);
        }
    }

    public void Clear() => RocksDbLibrary.ClearBatch(Handle);

    public void Dispose() => Handle.Dispose();
}
