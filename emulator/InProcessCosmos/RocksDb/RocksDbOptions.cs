namespace InProcessCosmos.RocksDb;

/// <summary>The options of the data folder's RocksDB.</summary>
internal sealed unsafe class RocksDbOptions : IDisposable
{
    /// <summary>
    /// A crash leaves a torn tail of the log, which is dropped: no response was sent for any of it. Damage before the tail would
    /// be a loss of acknowledged writes, and the database does not open.
    /// </summary>
    private const int TolerateCorruptedTailRecords = 0;

    /// <summary>Counters without timings: reading the clock at every seek is not worth its cost.</summary>
    private const int CountersOnly = 1;

    private const double BloomBitsPerKey = 10;

    private readonly bool countsSyncs;

    /// <param name="prefixLength">The number of bytes of a key that make up the prefix that is read together.</param>
    /// <param name="countSyncs">Whether RocksDB keeps the statistics that <see cref="Syncs"/> reads.</param>
    public RocksDbOptions(int prefixLength, bool countSyncs)
    {
        using (var table = RocksDbLibrary.CreateTableOptions())
        {
            RocksDbLibrary.SetFilterPolicy(table, RocksDbLibrary.CreateBloomFilter(BloomBitsPerKey));
            RocksDbLibrary.SetWholeKeyFiltering(table, 1);
            RocksDbLibrary.SetFormatVersion(table, 5);
            RocksDbLibrary.SetTableOptions(Handle, table);
        }

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
        countsSyncs = countSyncs;
        if (countSyncs)
        {
            RocksDbLibrary.EnableStatistics(Handle);
            RocksDbLibrary.SetStatisticsLevel(Handle, CountersOnly);
        }
    }

    public OptionsHandle Handle { get; } = RocksDbLibrary.CreateOptions();

    /// <summary>The number of syncs of the log, by RocksDB's own counter.</summary>
    public long Syncs()
    {
        if (!countsSyncs)
        {
            throw new InvalidOperationException("The database was opened without statistics.");
        }

        const string line = "rocksdb.wal.synced COUNT : ";
        var statistics = RocksDbLibrary.TakeText(RocksDbLibrary.Statistics(Handle)).AsSpan();
        var count = statistics[(statistics.IndexOf(line, StringComparison.Ordinal) + line.Length)..];
        return long.Parse(count[..count.IndexOf('\n')], System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose() => Handle.Dispose();
}

/// <summary>The options of reads.</summary>
internal sealed class ReadOptions : IDisposable
{
    private ReadOptions()
    {
    }

    public ReadOptionsHandle Handle { get; } = RocksDbLibrary.CreateReadOptions();

    /// <summary>For one prefix: RocksDB skips tables that do not have it.</summary>
    public static ReadOptions OfOnePrefix()
    {
        var options = new ReadOptions();
        RocksDbLibrary.SetPrefixSameAsStart(options.Handle, 1);
        return options;
    }

    /// <summary>For one pass over all keys, which leaves the cache to the keys that are read often.</summary>
    public static ReadOptions OfEverything()
    {
        var options = new ReadOptions();
        RocksDbLibrary.SetTotalOrderSeek(options.Handle, 1);
        RocksDbLibrary.SetFillCache(options.Handle, 0);
        return options;
    }

    public void Dispose() => Handle.Dispose();
}

/// <summary>The options of writes that return when they are on disk.</summary>
internal sealed class SyncWriteOptions : IDisposable
{
    public SyncWriteOptions() => RocksDbLibrary.SetSync(Handle, 1);

    public WriteOptionsHandle Handle { get; } = RocksDbLibrary.CreateWriteOptions();

    public void Dispose() => Handle.Dispose();
}
