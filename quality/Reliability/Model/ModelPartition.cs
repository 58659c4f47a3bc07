using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Model;

/// <summary>
/// One user's partition in the model: every document that the database holds, those that have outlived their time to live
/// and wait for their removal included. It never changes; a command makes another one.
/// </summary>
internal sealed class ModelPartition : IEquatable<ModelPartition>
{
    private string? text;

    private ModelPartition(ImmutableSortedDictionary<string, ModelRecord> records, ModelUser? user) => (Records, User) = (records, user);

    public static ModelPartition Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, ModelRecord>(StringComparer.Ordinal), null);

    /// <summary>By key.</summary>
    public ImmutableSortedDictionary<string, ModelRecord> Records { get; }

    /// <summary>The user document; null where there is none.</summary>
    public ModelUser? User { get; }

    public ModelPartition With(ModelRecord record) => new(Records.SetItem(record.Key, record), User);

    public ModelPartition Without(ModelRecord record) => new(Records.Remove(record.Key), User);

    public ModelPartition With(ModelUser? user) => new(Records, user);

    public bool Equals(ModelPartition? other) => other is not null && other.ToString() == ToString();

    public override bool Equals(object? obj) => Equals(obj as ModelPartition);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>All of it as text: two partitions are the same where their texts are.</summary>
    public override string ToString() => text ??= string.Join("; ", Records.Values.Select(record => record.ToString()).Prepend($"user: {User}"));
}

/// <summary>A record as it was last written.</summary>
/// <param name="Key">The record's key.</param>
/// <param name="StreamId">What plays.</param>
/// <param name="DeviceName">Where it plays.</param>
/// <param name="DeviceId">The device, as an identifier.</param>
/// <param name="CountSameDevice">Whether it counts next to other streams of its device.</param>
/// <param name="Tags">The tags; null for none.</param>
/// <param name="Plan">The plan that the start named.</param>
/// <param name="Observed">The rules that the start violated and that were only observed; null for none.</param>
/// <param name="StartedAt">The moment of the start.</param>
/// <param name="ExpiresAt">When its lease lapses; null for a stream that lives until it is stopped.</param>
/// <param name="LeaseMs">The lease that was last given.</param>
/// <param name="IntervalMs">The heartbeat interval that was last given; null where there is only one speed.</param>
/// <param name="Ending">How it ended; null where no end is written.</param>
/// <param name="KeptSeconds">The time to live, which counts from the second of the last write; null for no limit.</param>
/// <param name="WrittenSecond">The second of the last write, by the database's clock.</param>
internal sealed record ModelRecord(
    string Key, string StreamId, string? DeviceName, string? DeviceId, bool CountSameDevice,
    IReadOnlyDictionary<string, string>? Tags, string? Plan, IReadOnlyList<string>? Observed, long StartedAt, long? ExpiresAt, long LeaseMs, long? IntervalMs, ModelEnding? Ending, int? KeptSeconds, long WrittenSecond)
{
    /// <summary>From when on the database hides the document.</summary>
    public long? GoneAt => (WrittenSecond + KeptSeconds) * 1000;

    public long RenewedAt => ExpiresAt - LeaseMs ?? StartedAt;

    /// <summary>The latest moment of which the record knows.</summary>
    public long Latest => Math.Max(Math.Max(StartedAt, RenewedAt), Ending?.At ?? 0);

    public RecordReference Reference => new(Key, StartedAt, StreamId, DeviceName);

    public RecordView View => new(Key, StartedAt, StreamId, DeviceName, ExpiresAt);

    public ReplacedView ViewOfReplaced => new(Key, StartedAt, StreamId, DeviceName, ExpiresAt, Ending!.SameDevice);

    public HeldRecord Held => new(
        Key, StartedAt, StreamId, DeviceName, ExpiresAt, DeviceId, CountSameDevice,
        Ending is { } ending ? new(ending.Reason, ending.At, ending.By, ending.SameDevice) : null,
        GoneAt, Tags, Plan, Observed);

    public bool IsActive(long now) => Ending is null && !HasLapsed(now);

    /// <summary>Whether its lease is over, and nothing was written of it.</summary>
    public bool IsUnwrittenLapse(long now) => Ending is null && HasLapsed(now);

    private static string TextOf(IReadOnlyDictionary<string, string>? tags) => string.Join(", ", (tags ?? new Dictionary<string, string>()).OrderBy(tag => tag.Key, StringComparer.Ordinal));

    private bool HasLapsed(long now) => ExpiresAt <= now;

    private bool PrintMembers(StringBuilder text)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Key} {StreamId} {DeviceName} {DeviceId} {CountSameDevice} {TextOf(Tags)} {Plan} [{string.Join(", ", Observed ?? [])}] {StartedAt}-{ExpiresAt} of {LeaseMs} at {IntervalMs} {Ending} written {WrittenSecond} kept {KeptSeconds}");
        return true;
    }
}

/// <summary>How a stream of the model ended.</summary>
internal sealed record ModelEnding(StreamEndReason Reason, long At, RecordReference? By = null, bool SameDevice = false);

/// <summary>
/// The user document: the user's own limit and plan, null for the default, the operations that are remembered, oldest first, whether the last start
/// left the user at the limit, null where that is not known, and the erase after which nothing has changed the document.
/// </summary>
internal sealed record ModelUser(int? Limit, ImmutableList<ModelOperation> Operations, bool? AtLimit = null, string? ErasedBy = null, string? Plan = null)
{
    public static ModelUser New { get; } = new(null, []);

    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"limit {Limit} plan {Plan} operations [{string.Join(", ", Operations)}] at limit {AtLimit} erased by {ErasedBy}");
        return true;
    }
}

/// <summary>An operation that was carried out, and its result.</summary>
internal sealed record ModelOperation(string Id, StreamReply Result);
