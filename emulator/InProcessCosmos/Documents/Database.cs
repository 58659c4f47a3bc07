namespace InProcessCosmos.Documents;

/// <summary>A database: a name for a group of containers.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Etag">New for every database.</param>
/// <param name="Timestamp">When it was made, in seconds since the epoch.</param>
internal sealed record Database(string Id, ulong Etag, uint Timestamp);
