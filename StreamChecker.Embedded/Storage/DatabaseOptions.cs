using RocksDbSharp;

namespace StreamChecker.Embedded.Storage;

/// <summary>How the data folder's RocksDB is set.</summary>
internal static class DatabaseOptions
{
    public static DbOptions Create()
    {
        var tables = new BlockBasedTableOptions()
            .SetFilterPolicy(BloomFilterPolicy.Create(10, false))
            .SetWholeKeyFiltering(true)
            .SetFormatVersion(5);

        // A torn tail of the log is what a crash leaves and is dropped: nothing of it was answered. Damage before the
        // tail would be a loss of what was answered, and is refused.
        return new DbOptions()
            .SetCreateIfMissing(true)
            .SetWalRecoveryMode(Recovery.TolerateCorruptedTailRecords)
            .SetPrefixExtractor(SliceTransform.CreateFixedPrefix(PartitionAddress.PrefixLength))
            .SetMemtablePrefixBloomSizeRatio(0.1)
            .SetBlockBasedTableFactory(tables)
            .SetWriteBufferSize(64 << 20)
            .SetMaxWriteBufferNumber(3)
            .SetMaxTotalWalSize(256 << 20)
            .SetMaxLogFileSize(4 << 20)
            .SetKeepLogFileNum(3)
            .SetMaxOpenFiles(512)
            .EnableStatistics();
    }
}
