namespace StreamChecker.Partitions;

/// <summary>The stream that took another one's place, as the replaced one's slot document has it.</summary>
public sealed record ReplacedBy(int Slot, string RecordId, string StreamId, string? DeviceName);
