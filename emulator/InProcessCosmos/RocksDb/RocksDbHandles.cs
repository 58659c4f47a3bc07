using Microsoft.Win32.SafeHandles;

namespace InProcessCosmos.RocksDb;

/// <summary>Something of RocksDB's that is destroyed exactly once, by its owner or else by the finalizer, and not while a call uses it.</summary>
internal abstract class RocksDbHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected abstract void Destroy(nint owned);

    protected sealed override bool ReleaseHandle()
    {
        Destroy(handle);
        return true;
    }
}

/// <summary>An open database.</summary>
internal sealed class DatabaseHandle : RocksDbHandle
{
    protected override void Destroy(nint owned) => RocksDbLibrary.Close(owned);
}

/// <summary>An iterator, which keeps its database open: RocksDB must not be closed before its last iterator is gone.</summary>
internal sealed class IteratorHandle : RocksDbHandle
{
    private DatabaseHandle? database;

    public void Hold(DatabaseHandle iterated)
    {
        var held = false;
        iterated.DangerousAddRef(ref held);
        database = iterated;
    }

    protected override void Destroy(nint owned)
    {
        RocksDbLibrary.DestroyIterator(owned);
        database?.DangerousRelease();
    }
}

/// <summary>Collected writes.</summary>
internal sealed class BatchHandle : RocksDbHandle
{
    protected override void Destroy(nint owned) => RocksDbLibrary.DestroyBatch(owned);
}

/// <summary>Options of a database.</summary>
internal sealed class OptionsHandle : RocksDbHandle
{
    protected override void Destroy(nint owned) => RocksDbLibrary.DestroyOptions(owned);
}

/// <summary>Options of a database's tables.</summary>
internal sealed class TableOptionsHandle : RocksDbHandle
{
    protected override void Destroy(nint owned) => RocksDbLibrary.DestroyTableOptions(owned);
}

/// <summary>Options of reads.</summary>
internal sealed class ReadOptionsHandle : RocksDbHandle
{
    protected override void Destroy(nint owned) => RocksDbLibrary.DestroyReadOptions(owned);
}

/// <summary>Options of writes.</summary>
internal sealed class WriteOptionsHandle : RocksDbHandle
{
    protected override void Destroy(nint owned) => RocksDbLibrary.DestroyWriteOptions(owned);
}

/// <summary>Options of a flush.</summary>
internal sealed class FlushOptionsHandle : RocksDbHandle
{
    protected override void Destroy(nint owned) => RocksDbLibrary.DestroyFlushOptions(owned);
}
