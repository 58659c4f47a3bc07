namespace StreamChecker.Partitions;

/// <summary>A stream as its slot document has it; times in milliseconds since the epoch.</summary>
public sealed record SlotView(int Slot, string RecordId, string StreamId, string? DeviceName, long StartedAt, long? ExpiresAt);
