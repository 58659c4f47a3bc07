using System.Text.RegularExpressions;
using InProcessCosmos.RocksDb;

namespace InProcessCosmos.Disk;

/// <summary>What a failed write means.</summary>
internal static partial class WriteFailure
{
    public static Exception Of(RocksDbException failure) =>
        IsFull(failure.Message) ? NoRoom(failure) : new StorageFailedException(failure.Message, failure);

    public static StorageUnavailableException NoRoom(RocksDbException failure) => new(
        failure.Message.Contains("quota", StringComparison.OrdinalIgnoreCase) ? StorageUnavailableException.QuotaExceeded : StorageUnavailableException.NoSpace,
        failure);

    /// <summary>
    /// No room is not the same as a log that could not be synced for want of room: then what was written may be on disk or
    /// not, and a second sync would not tell.
    /// </summary>
    public static bool IsFull(string message) =>
        (message.Contains("No space left", StringComparison.OrdinalIgnoreCase) || message.Contains("quota exceeded", StringComparison.OrdinalIgnoreCase))
        && !FailedLogSync().IsMatch(message);

    [GeneratedRegex(@"While f(data)?sync[^:]*: .*\.log\b")]
    private static partial Regex FailedLogSync();
}
