using StreamChecker.Partitions;

namespace StreamChecker.Tests.Reliability.Model;

/// <summary>How a stream of the model ended.</summary>
internal sealed record ModelEnding(StreamEndReason Reason, long At, ReplacedBy? By = null);
