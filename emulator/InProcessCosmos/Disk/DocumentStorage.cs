using InProcessCosmos.RocksDb;

namespace InProcessCosmos.Disk;

/// <summary>Documents by key, in one RocksDB database. A write returns when it is durable.</summary>
internal sealed class DocumentStorage : IDisposable
{
    /// <summary>The free space, in addition to the size of the log, that is required to open a database again that ran out of space.</summary>
    private const long RoomToOpen = 8 << 20;

    private static readonly TimeSpan BetweenOpenings = TimeSpan.FromSeconds(1);

    private readonly string path;
    private readonly Action<Exception> onFatal;
    private readonly RocksDbOptions options;
    private readonly SyncWriteOptions synced = new();
    private readonly SequenceFile sequence;

    // Held in read mode to use the database, in write mode to close and open it.
    private readonly ReaderWriterLockSlim use = new();
    private RocksDatabase? database;
    private volatile bool full;
    private string noRoom = StorageUnavailableException.NoSpace;
    private long mayOpen;

    private DocumentStorage(string path, RocksDbOptions options, SequenceFile sequence, Action<Exception> onFatal) =>
        (this.path, this.options, this.sequence, this.onFatal) = (path, options, sequence, onFatal);

    /// <summary>Opens the database in a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="prefixLength">The number of bytes of a key that make up the prefix of a partition.</param>
    /// <param name="onFatal">Called after a failure that leaves unknown which writes are on disk. It should end the process.</param>
    /// <param name="countSyncs">Whether <see cref="Syncs"/> is counted, at a cost for every write.</param>
    /// <exception cref="DataFolderException">It cannot be opened; the message is one line with the reason.</exception>
    public static DocumentStorage Open(string path, int prefixLength, Action<Exception> onFatal, bool countSyncs = false)
    {
        DocumentStorage? opening = null;
        try
        {
            WalVerifier.ThrowIfDamaged(path);
            opening = new(path, new(prefixLength, countSyncs), SequenceFile.Open(path), onFatal);
            opening.OpenDatabase();
            (var opened, opening) = (opening, null);
            return opened;
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw new DataFolderException($"The data folder {path} cannot be used: {denied.Message}", denied);
        }
        catch (RocksDbException failure)
        {
            throw new DataFolderException(Explain(path, failure.Message), failure);
        }
        finally
        {
            opening?.Dispose();
        }
    }

    /// <summary>The number of syncs of the log, by RocksDB's own counter.</summary>
    public long Syncs
    {
        get
        {
            use.EnterReadLock();
            try
            {
                return options.Syncs();
            }
            finally
            {
                use.ExitReadLock();
            }
        }
    }

    private RocksDatabase Database => database ?? throw new StorageUnavailableException(StorageUnavailableException.NoSpace);

    public byte[]? Read(byte[] key)
    {
        use.EnterReadLock();
        try
        {
            return Database.Get(key);
        }
        finally
        {
            use.ExitReadLock();
        }
    }

    /// <summary>Adds the value of each key, or null where there is none.</summary>
    public void Read(IReadOnlyList<byte[]> keys, List<byte[]?> values)
    {
        use.EnterReadLock();
        try
        {
            Database.Get(keys, values);
        }
        finally
        {
            use.ExitReadLock();
        }
    }

    /// <summary>Reads all documents of a partition, in the order of their keys.</summary>
    public void Scan(byte[] prefix, Action<ReadOnlySpan<byte>, ReadOnlySpan<byte>> visit)
    {
        use.EnterReadLock();
        try
        {
            Database.Scan(prefix, visit);
        }
        finally
        {
            use.ExitReadLock();
        }
    }

    /// <summary>
    /// Visits documents in the order of their keys, beginning after a key, until the visitor returns false or a number of them was visited.
    /// Returns the last key that was visited, from where to continue; null at the end.
    /// </summary>
    public byte[]? Visit(byte[] after, int most, Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> visit)
    {
        use.EnterReadLock();
        try
        {
            using var iterator = Database.Iterate();
            iterator.Seek([.. after, 0]);
            for (var visited = 1; ; visited++)
            {
                if (!iterator.IsValid || iterator.Key[0] != after[0])
                {
                    iterator.ThrowIfFailed();
                    return null;
                }

                if (!visit(iterator.Key, iterator.Value) || visited == most)
                {
                    return iterator.Key.ToArray();
                }

                iterator.Next();
            }
        }
        finally
        {
            use.ExitReadLock();
        }
    }

    /// <summary>Writes a batch as one, and syncs it.</summary>
    /// <exception cref="StorageUnavailableException">The disk is full, or the folder was removed. Nothing of the batch was written.</exception>
    /// <exception cref="StorageFailedException">It is unknown which writes of the batch are durable. The process is about to end.</exception>
    public void Write(WriteBatch batch)
    {
        if (!sequence.IsInPlace())
        {
            throw new StorageUnavailableException(StorageUnavailableException.Removed);
        }

        if (full)
        {
            OpenAgain();
        }

        use.EnterReadLock();
        try
        {
            Database.Write(batch, synced);
            sequence.Remember(Database.LatestSequence);
        }
        catch (RocksDbException failure)
        {
            var meaning = WriteFailure.Of(failure);
            if (meaning is StorageUnavailableException)
            {
                noRoom = meaning.Message;
                full = true;
            }
            else
            {
                onFatal(meaning);
            }

            throw meaning;
        }
        finally
        {
            use.ExitReadLock();
        }
    }

    /// <summary>Frees the space of deleted documents among the keys that begin with a byte.</summary>
    public void Compact(byte first)
    {
        use.EnterReadLock();
        try
        {
            Database.Compact([first], [(byte)(first + 1)]);
        }
        finally
        {
            use.ExitReadLock();
        }
    }

    /// <summary>Writes the memtables to tables, if there is space, so that the log is not needed at the next start.</summary>
    public void Flush()
    {
        try
        {
            database?.Flush();
        }
        catch (RocksDbException)
        {
            // The log contains the same data.
        }
    }

    public void Dispose()
    {
        database?.Dispose();
        sequence.Dispose();
        options.Dispose();
        synced.Dispose();
        use.Dispose();
    }

    /// <summary>
    /// A RocksDB database that failed to write its log accepts no further write while it is open, even if there is space again. So it is closed and
    /// opened; the acknowledged writes are in its log.
    /// </summary>
    private void OpenAgain()
    {
        use.EnterWriteLock();
        try
        {
            if (!full)
            {
                return;
            }

            if (Environment.TickCount64 < mayOpen || !HasRoom())
            {
                throw new StorageUnavailableException(noRoom);
            }

            if (!sequence.IsInPlace(lookNow: true))
            {
                throw new StorageUnavailableException(StorageUnavailableException.Removed);
            }

            mayOpen = Environment.TickCount64 + (long)BetweenOpenings.TotalMilliseconds;
            database?.Dispose();
            database = null;
            database = RocksDatabase.Open(options, path);
            full = false;
        }
        catch (IOException gone)
        {
            // The folder was removed since the last check.
            throw new StorageUnavailableException(StorageUnavailableException.Removed, gone);
        }
        catch (RocksDbException failure) when (WriteFailure.IsFull(failure.Message))
        {
            throw WriteFailure.NoRoom(failure);
        }
        catch (RocksDbException failure)
        {
            var fatal = new StorageFailedException(failure.Message, failure);
            onFatal(fatal);
            throw fatal;
        }
        finally
        {
            use.ExitWriteLock();
        }
    }

    private bool HasRoom()
    {
        var log = new DirectoryInfo(path).EnumerateFiles("*.log").Sum(file => file.Length);
        return new DriveInfo(path).AvailableFreeSpace >= RoomToOpen + log;
    }

    private void OpenDatabase()
    {
        database = RocksDatabase.Open(options, path);
        if (database.LatestSequence < sequence.Remembered)
        {
            throw new DataFolderException(
                $"The data folder {path} cannot be opened: its data ends at write {database.LatestSequence}, but write {sequence.Remembered} was acknowledged. " +
                "A file of its log was removed or emptied. Restore the folder from a backup, or start over with another one.");
        }
    }

    private static string Explain(string path, string message) =>
        message.Contains("lock", StringComparison.OrdinalIgnoreCase) && !message.Contains("Permission denied", StringComparison.Ordinal)
            ? $"The data folder {path} is open in another process."
            : $"The data folder {path} cannot be opened: {message.ReplaceLineEndings(" ")}";
}
