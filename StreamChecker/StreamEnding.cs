namespace StreamChecker;

/// <summary>How a stream ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="ReplacedBy">The stream that took its place, where it was replaced.</param>
public sealed record StreamEnding(StreamEndReason Reason, ReplacingStream? ReplacedBy);
