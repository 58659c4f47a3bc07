using RocksDbSharp;

namespace StreamChecker.Embedded.Storage;

/// <summary>Documents by key, in one RocksDB. A write returns when it is on disk.</summary>
internal sealed class DocumentStorage : IDisposable
{
    private readonly RocksDb database;
    private readonly DbOptions options;
    private readonly WriteOptions synced = new WriteOptions().SetSync(true);
    private readonly ReadOptions wholeKeys = new ReadOptions().SetPrefixSameAsStart(true);
    private readonly ReadOptions everything = new ReadOptions().SetTotalOrderSeek(true).SetFillCache(false);

    private DocumentStorage(RocksDb database, DbOptions options) => (this.database, this.options) = (database, options);

    public static DocumentStorage Open(string path)
    {
        var tables = new BlockBasedTableOptions()
            .SetFilterPolicy(BloomFilterPolicy.Create(10, false))
            .SetWholeKeyFiltering(true)
            .SetFormatVersion(5);

        // A torn tail of the log is what a crash leaves and is dropped: nothing of it was answered. Damage before the
        // tail would be a loss of what was answered, and is refused.
        var options = new DbOptions()
            .SetCreateIfMissing(true)
            .SetWalRecoveryMode(Recovery.TolerateCorruptedTailRecords)
            .SetPrefixExtractor(SliceTransform.CreateFixedPrefix(PartitionAddress.PrefixLength))
            .SetMemtablePrefixBloomSizeRatio(0.1)
            .SetBlockBasedTableFactory(tables)
            .SetWriteBufferSize(64 << 20)
            .SetMaxWriteBufferNumber(3)
            .SetMaxTotalWalSize(256 << 20)
            .SetKeepLogFileNum(3)
            .SetMaxOpenFiles(512)
            .EnableStatistics();
        try
        {
            return new DocumentStorage(RocksDb.Open(options, path), options);
        }
        catch (RocksDbException failure)
        {
            throw new DataFolderException(Explain(path, failure.Message), failure);
        }
    }

    /// <summary>How often the log was synced, by the engine's own counter.</summary>
    public long Syncs => Ticker("rocksdb.wal.synced COUNT : ");

    public byte[]? Read(byte[] key) => database.Get(key);

    /// <summary>Reads all whose key begins with a partition's prefix, in the order of their keys.</summary>
    public void Scan(byte[] prefix, Action<ReadOnlySpan<byte>, ReadOnlySpan<byte>> visit)
    {
        using var iterator = database.NewIterator(readOptions: wholeKeys);
        for (iterator.Seek(prefix); iterator.Valid(); iterator.Next())
        {
            var key = iterator.GetKeySpan();
            if (!key.StartsWith(prefix))
            {
                break;
            }

            visit(key, iterator.GetValueSpan());
        }
    }

    /// <summary>The keys that begin with a byte and whose value passes a test, one after the other.</summary>
    public IEnumerable<byte[]> KeysWhere(byte first, Func<ReadOnlySpan<byte>, bool> test)
    {
        using var iterator = database.NewIterator(readOptions: everything);
        for (iterator.Seek([first]); iterator.Valid() && iterator.GetKeySpan()[0] == first; iterator.Next())
        {
            if (test(iterator.GetValueSpan()))
            {
                yield return iterator.Key();
            }
        }
    }

    /// <summary>Writes a batch as one, and syncs it.</summary>
    /// <exception cref="StorageFullException">There is no room on the disk. Nothing of the batch was written.</exception>
    /// <exception cref="StorageFailedException">It cannot be known what of the batch is on disk.</exception>
    public void Write(WriteBatch batch)
    {
        try
        {
            database.Write(batch, synced);
        }
        catch (RocksDbException failure)
        {
            throw failure.Message.Contains("No space left", StringComparison.OrdinalIgnoreCase)
                || failure.Message.Contains("quota exceeded", StringComparison.OrdinalIgnoreCase)
                    ? new StorageFullException(failure.Message, failure)
                    : new StorageFailedException(failure.Message, failure);
        }
    }

    public void Dispose()
    {
        database.Dispose();
        GC.KeepAlive(options);
    }

    private long Ticker(string line)
    {
        var statistics = options.GetStatisticsString();
        var start = statistics.IndexOf(line, StringComparison.Ordinal);
        if (start < 0)
        {
            return 0;
        }

        start += line.Length;
        return long.Parse(statistics.AsSpan(start, statistics.AsSpan(start).IndexOf('\n')), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Explain(string path, string message) =>
        message.Contains("lock", StringComparison.OrdinalIgnoreCase) && !message.Contains("Permission denied", StringComparison.Ordinal)
            ? $"The data folder {path} is open in another process."
            : $"The data folder {path} cannot be opened: {message.ReplaceLineEndings(" ")}";
}
