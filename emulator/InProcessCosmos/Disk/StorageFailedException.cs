namespace InProcessCosmos.Disk;

/// <summary>A write or its sync failed: it cannot be known what is on disk, so nothing may be answered any more.</summary>
internal sealed class StorageFailedException(string message, Exception cause) : Exception(message, cause);
