namespace StreamChecker.Embedded.Storage;

/// <summary>The data folder takes no writes at the moment: nothing of the batch was kept. The message is one line that says why.</summary>
internal sealed class StorageUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
