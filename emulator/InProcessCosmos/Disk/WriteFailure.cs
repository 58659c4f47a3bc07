using System.Text.RegularExpressions;
using InProcessCosmos.RocksDb;

namespace InProcessCosmos.Disk;

/// <summary>Interprets a failed write.</summary>
internal static partial class WriteFailure
{
    public static Exception Of(RocksDbException failure) =>
        IsFull(failure.Message) ? NoRoom(failure) : new StorageFailedException(failure.Message, failure);

    public static StorageUnavailableException NoRoom(RocksDbException failure) => new(
        failure.Message.Contains("quota", StringComparison.OrdinalIgnoreCase) ? StorageUnavailableException.QuotaExceeded : StorageUnavailableException.NoSpace,
        failure);

    /// <summary>
    /// A full disk differs from a log that could not be synced because the disk is full: in that case it is unknown whether the write is durable,
    /// and a second sync would not reveal it.
    /// </summary>
    public static bool IsFull(string message) =>
        (message.Contains("No space left", StringComparison.OrdinalIgnoreCase) || message.Contains("quota exceeded", StringComparison.OrdinalIgnoreCase))
        && !FailedLogSync().IsMatch(message);

    [GeneratedRegex(@"While f(data)?sync[^:]*: .*\.log\b")]
    private static partial Regex FailedLogSync();
}
