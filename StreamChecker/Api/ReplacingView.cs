namespace StreamChecker.Api;

/// <summary>The stream that took another one's place, as an answer shows it.</summary>
internal sealed record ReplacingView(string Id, string StreamId, string? DeviceName);
