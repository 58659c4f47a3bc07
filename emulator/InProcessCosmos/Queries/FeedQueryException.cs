namespace InProcessCosmos.Queries;

/// <summary>A query that cannot be answered: the message says what is wrong with it, or not supported.</summary>
internal sealed class FeedQueryException(string message) : Exception(message);
