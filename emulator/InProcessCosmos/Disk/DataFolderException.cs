namespace InProcessCosmos.Disk;

/// <summary>The data folder cannot be used. The message is one line that says which folder, and why.</summary>
public sealed class DataFolderException(string message, Exception? cause = null) : Exception(message, cause);
