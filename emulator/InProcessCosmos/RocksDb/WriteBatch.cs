namespace InProcessCosmos.RocksDb;

/// <summary>Writes that are done as one.</summary>
internal sealed unsafe class WriteBatch : IDisposable
{
    public nint Handle { get; } = RocksDbLibrary.CreateBatch();

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

    /// <summary>Removes from one key up to another one, which stays.</summary>
    public void DeleteRange(ReadOnlySpan<byte> first, ReadOnlySpan<byte> behind)
    {
        fixed (byte* from = first, to = behind)
        {
            RocksDbLibrary.DeleteRange(Handle, from, (nuint)first.Length, to, (nuint)behind.Length);
        }
    }

    public void Clear() => RocksDbLibrary.ClearBatch(Handle);

    public void Dispose() => RocksDbLibrary.DestroyBatch(Handle);
}
