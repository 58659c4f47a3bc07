namespace InProcessCosmos.Disk;

/// <summary>The data folder takes no writes at the moment: nothing of the batch was kept. The message is one line that says why.</summary>
public sealed class StorageUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
