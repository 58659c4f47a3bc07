namespace StreamChecker.Partitions;

/// <summary>A stream that a start is to replace.</summary>
public sealed record ReplaceOrder(string UserId, string RecordId);
