namespace InProcessCosmos.RocksDb;

/// <summary>How the data folder's RocksDB is set.</summary>
internal sealed unsafe class DatabaseOptions : IDisposable
{
    /// <summary>
    /// A torn tail of the log is what a crash leaves and is dropped: nothing of it was answered. Damage before the tail would
    /// be a loss of what was answered, and is refused.
    /// </summary>
    private const int TolerateCorruptedTailRecords = 0;

    /// <summary>Not how long everything takes: to ask the clock at every seek costs more than it tells.</summary>
    private const int CountersOnly = 1;

    private const double BloomBitsPerKey = 10;

    /// <param name="prefixLength">How many bytes of a key are the prefix that is read together.</param>
    public DatabaseOptions(int prefixLength)
    {
        var table = RocksDbLibrary.CreateTableOptions();
        RocksDbLibrary.SetFilterPolicy(table, RocksDbLibrary.CreateBloomFilter(BloomBitsPerKey));
        RocksDbLibrary.SetWholeKeyFiltering(table, 1);
        RocksDbLibrary.SetFormatVersion(table, 5);
        RocksDbLibrary.SetTableOptions(Handle, table);
        RocksDbLibrary.DestroyTableOptions(table);

        RocksDbLibrary.SetCreateIfMissing(Handle, 1);
        RocksDbLibrary.SetLogRecoveryMode(Handle, TolerateCorruptedTailRecords);
        RocksDbLibrary.SetPrefixExtractor(Handle, RocksDbLibrary.CreateFixedPrefix((nuint)prefixLength));
        RocksDbLibrary.SetMemtablePrefixBloomSizeRatio(Handle, 0.1);
        RocksDbLibrary.SetWriteBufferSize(Handle, 64 << 20);
        RocksDbLibrary.SetMaxWriteBufferNumber(Handle, 3);
        RocksDbLibrary.SetMaxTotalLogSize(Handle, 256 << 20);
        RocksDbLibrary.SetMaxInfoLogFileSize(Handle, 4 << 20);
        RocksDbLibrary.SetKeepInfoLogFiles(Handle, 3);
        RocksDbLibrary.SetMaxOpenFiles(Handle, 512);
        RocksDbLibrary.EnableStatistics(Handle);
        RocksDbLibrary.SetStatisticsLevel(Handle, CountersOnly);
    }

    public nint Handle { get; } = RocksDbLibrary.CreateOptions();

    /// <summary>What RocksDB counts, a line each.</summary>
    public string Statistics() => RocksDbLibrary.TakeText(RocksDbLibrary.Statistics(Handle));

    public void Dispose() => RocksDbLibrary.DestroyOptions(Handle);
}
