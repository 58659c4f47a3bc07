namespace StreamChecker.Tests.Reliability.Model;

/// <summary>
/// A stream in its slot, as it was last written. Its lease lapses at <c>ExpiresAt</c>, written down as an ending or not.
/// </summary>
internal sealed record ModelStream(
    string RecordId, string StreamId, string? DeviceName, long StartedAt, long? ExpiresAt, ModelEnding? Ending = null)
{
    public bool IsActive(long now) => Ending is null && !HasLapsed(now);

    /// <summary>Whether its lease lapsed, unwritten, so shortly ago that another transaction may still see it alive: decision 1.</summary>
    public bool IsLapsing(long now) => Ending is null && HasLapsed(now) && now < ExpiresAt + StreamRules.SettleMilliseconds;

    /// <summary>Whether its end was written so shortly ago that another transaction may not know of it: decision 3.</summary>
    public bool IsSettling(long now) => Ending is not null && now < Ending.At + StreamRules.SettleMilliseconds;

    /// <summary>How it ended, seen by somebody for whom it is over.</summary>
    public ModelEnding EndingNow => Ending ?? new(StreamEndReason.Expired, ExpiresAt!.Value);

    private bool HasLapsed(long now) => ExpiresAt <= now;

    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{RecordId} {StreamId} {DeviceName} {StartedAt}-{ExpiresAt} {Ending}");
        return true;
    }
}
