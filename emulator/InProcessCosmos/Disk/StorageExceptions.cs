namespace InProcessCosmos.Disk;

/// <summary>The data folder cannot be used. The message is one line with the folder and the reason.</summary>
public sealed class DataFolderException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The data folder accepts no writes at the moment; nothing of the batch was written. The message is the reason, without the path of the folder.</summary>
public sealed class StorageUnavailableException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The disk is full.</summary>
    public const string NoSpace = "No space left on device";

    /// <summary>The disk quota is exceeded.</summary>
    public const string QuotaExceeded = "Disk quota exceeded";

    /// <summary>The folder was removed or replaced.</summary>
    public const string Removed = "it was removed or replaced while it was in use";

    /// <summary>The message as a sentence, for callers.</summary>
    public string Explain() => $"The data folder takes no writes: {Message}.";
}

/// <summary>A write or its sync failed: it is unknown which writes are durable, so no more responses may be sent.</summary>
internal sealed class StorageFailedException(string message, Exception cause) : Exception(message, cause);
