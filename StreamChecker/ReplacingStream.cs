namespace StreamChecker;

/// <summary>The stream that took another one's place.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="StreamId">What it plays.</param>
/// <param name="DeviceName">Where it plays; null where its caller did not say.</param>
public sealed record ReplacingStream(StreamRecordId Id, string StreamId, string? DeviceName);
