namespace InProcessCosmos.Disk;

/// <summary>The data folder cannot be used. The message is one line that says which folder, and why.</summary>
public sealed class DataFolderException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The data folder takes no writes at the moment: nothing of the batch was kept. The message says why, without the folder's path.</summary>
public sealed class StorageUnavailableException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>No room, by the system's own words.</summary>
    public const string NoSpace = "No space left on device";

    /// <summary>No room, where a user or a project has a quota.</summary>
    public const string QuotaExceeded = "Disk quota exceeded";

    /// <summary>The folder is gone, or another one is in its place.</summary>
    public const string Removed = "it was removed or replaced while it was in use";

    /// <summary>The message as a sentence, for callers.</summary>
    public string Explain() => $"The data folder takes no writes: {Message}.";
}

/// <summary>A write or its sync failed: it cannot be known what is on disk, so nothing may be answered any longer.</summary>
internal sealed class StorageFailedException(string message, Exception cause) : Exception(message, cause);
