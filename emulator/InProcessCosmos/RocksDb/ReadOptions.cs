namespace InProcessCosmos.RocksDb;

/// <summary>How it is read.</summary>
internal sealed class ReadOptions : IDisposable
{
    private ReadOptions()
    {
    }

    public nint Handle { get; } = RocksDbLibrary.CreateReadOptions();

    /// <summary>Within one prefix: what lies in others is not looked at.</summary>
    public static ReadOptions OfOnePrefix()
    {
        var options = new ReadOptions();
        RocksDbLibrary.SetPrefixSameAsStart(options.Handle, 1);
        return options;
    }

    /// <summary>Along everything, once: it leaves in the cache what others read often.</summary>
    public static ReadOptions OfEverything()
    {
        var options = new ReadOptions();
        RocksDbLibrary.SetTotalOrderSeek(options.Handle, 1);
        RocksDbLibrary.SetFillCache(options.Handle, 0);
        return options;
    }

    public void Dispose() => RocksDbLibrary.DestroyReadOptions(Handle);
}
