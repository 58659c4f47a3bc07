namespace StreamChecker.Embedded.Storage;

/// <summary>There is no room on the disk: nothing of the batch was kept, and there may be room later.</summary>
internal sealed class StorageFullException(string message, Exception? cause = null) : Exception(message, cause);
