namespace InProcessCosmos.RocksDb;

/// <summary>How it is written: a write returns when it is on disk.</summary>
internal sealed class SyncedWrites : IDisposable
{
    public SyncedWrites() => RocksDbLibrary.SetSync(Handle, 1);

    public nint Handle { get; } = RocksDbLibrary.CreateWriteOptions();

    public void Dispose() => RocksDbLibrary.DestroyWriteOptions(Handle);
}
