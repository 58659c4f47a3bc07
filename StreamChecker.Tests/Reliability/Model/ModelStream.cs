namespace StreamChecker.Tests.Reliability.Model;

/// <summary>
/// A stream in its slot, as it was last written. Its lease lapses at <c>ExpiresAt</c>, written down as an ending or not.
/// </summary>
internal sealed record ModelStream(
    string RecordId, string StreamId, string? DeviceName, long StartedAt, long? ExpiresAt, ModelEnding? Ending = null)
{
    public bool IsActive(long now) => Ending is null && !HasLapsed(now);

    /// <summary>Whether its lease lapsed so shortly ago that another transaction may still see it alive: decision 1.</summary>
    public bool IsLapsing(long now) => Ending is null && HasLapsed(now) && now < ExpiresAt + StreamRules.SettleMilliseconds;

    /// <summary>How it ended, seen by somebody for whom it is over.</summary>
    public ModelEnding EndingNow => Ending ?? new(StreamEndReason.Expired);

    private bool HasLapsed(long now) => ExpiresAt <= now;
}
