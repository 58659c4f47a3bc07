namespace InProcessCosmos.RocksDb;

/// <summary>RocksDB failed. The message is its own.</summary>
internal sealed class RocksDbException(string message) : Exception(message);
