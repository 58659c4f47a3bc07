using System.Text.Json.Serialization;

namespace StreamChecker.StoredProcedure;

/// <summary>The stored procedure's reply: one of the end states that <c>streams.js</c> lists at its top.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "outcome")]
[JsonDerivedType(typeof(Admitted), "admitted")]
[JsonDerivedType(typeof(LimitReached), "limitReached")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(KeyReused), "keyReused")]
[JsonDerivedType(typeof(ForeignReplacement), "foreignReplacement")]
[JsonDerivedType(typeof(PlanNeeded), "planNeeded")]
[JsonDerivedType(typeof(ValueRequired), "valueRequired")]
[JsonDerivedType(typeof(Renewed), "renewed")]
[JsonDerivedType(typeof(Stopped), "stopped")]
[JsonDerivedType(typeof(Listed), "listed")]
[JsonDerivedType(typeof(LimitSet), "limitSet")]
[JsonDerivedType(typeof(Exported), "exported")]
[JsonDerivedType(typeof(Erased), "erased")]
[JsonDerivedType(typeof(Forgotten), "forgotten")]
public abstract record StreamReply
{
    private StreamReply()
    {
    }

    /// <summary>The stream is active; times are milliseconds since the epoch.</summary>
    public sealed record Admitted(
        bool Replayed,
        [property: JsonRequired] long StartedAt,
        long? ExpiresAt,
        int Limit,
        int Active,
        IReadOnlyList<ReplacedView> Replaced,
        long? IntervalMs = null,
        IReadOnlyList<string>? Observed = null) : StreamReply;

    /// <summary>Rules are violated, at least one; nothing was written. <c>Active</c> is the number of all active streams.</summary>
    public sealed record LimitReached(int Active, IReadOnlyList<ViolationView> Violations, long? RetryAfterMs) : StreamReply;

    /// <summary>The stream has ended; <c>SameDevice</c> says whether the stream that replaced it is on the same device.</summary>
    public sealed record Ended(
        StreamEndReason Reason,
        RecordReference? By,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool SameDevice = false) : StreamReply;

    /// <summary>A retry with another stream, device or operation than the original request.</summary>
    public sealed record KeyReused : StreamReply;

    /// <summary>A stream to replace belongs to another user.</summary>
    public sealed record ForeignReplacement : StreamReply;

    /// <summary>The user has another plan than the one that was sent; null for the default.</summary>
    public sealed record PlanNeeded(string? Plan) : StreamReply;

    /// <summary>A rule requires a tag or a field that the start does not have.</summary>
    public sealed record ValueRequired(string Value) : StreamReply;

    /// <summary>The stream is active.</summary>
    public sealed record Renewed(bool Written, RecordView Record, long? IntervalMs = null) : StreamReply;

    /// <summary>The number of streams that the command ended; for a repeated operation, the number from its first result.</summary>
    public sealed record Stopped(
        int Count, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Replayed = false) : StreamReply;

    /// <summary>The active streams, oldest first; the limit and the plan are null if the user has none of their own.</summary>
    public sealed record Listed(int? Limit, IReadOnlyList<RecordView> Streams, string? Plan = null) : StreamReply;

    /// <summary>
    /// The user's own limit and plan after the change, each null without one; for a repeated operation, those from its first result.
    /// </summary>
    public sealed record LimitSet(
        int? Limit, string? Plan, LimitChange? Change, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Replayed = false) : StreamReply;

    /// <summary>Everything that is held about the user; the limit and the plan are null if they have none of their own.</summary>
    public sealed record Exported(
        int? Limit, IReadOnlyList<HeldOperation> Operations, IReadOnlyList<HeldRecord> Records, string? Plan = null) : StreamReply;

    /// <summary>The number of records that were deleted; for a repeated operation, the number from its first result.</summary>
    public sealed record Erased(
        int Count, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Replayed = false) : StreamReply;

    /// <summary>The user document is deleted, unless something has changed it since the erase.</summary>
    public sealed record Forgotten : StreamReply;
}

/// <summary>A reference to a stream record; times are milliseconds since the epoch.</summary>
public record RecordReference(string Key, long StartedAt, string StreamId, string? DeviceName);

/// <summary>A stream record and its lease; <c>ExpiresAt</c> is null if the stream lives until it is stopped.</summary>
public record RecordView(string Key, long StartedAt, string StreamId, string? DeviceName, long? ExpiresAt)
    : RecordReference(Key, StartedAt, StreamId, DeviceName);

/// <summary>A stream that a start ended; <c>SameDevice</c> says whether both are on the same device.</summary>
public sealed record ReplacedView(
    string Key, long StartedAt, string StreamId, string? DeviceName, long? ExpiresAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool SameDevice = false)
    : RecordView(Key, StartedAt, StreamId, DeviceName, ExpiresAt);

/// <summary>A violated rule, and the active streams that it counts against the start.</summary>
public sealed record ViolationView(string Rule, int Limit, int Active, IReadOnlyList<RecordView> Streams);

/// <summary>An operation that is remembered, and its result.</summary>
public sealed record HeldOperation(string Id, StreamReply Result);

/// <summary>A stream record with all that it holds; <c>ForgottenAt</c> is null if it is held until the stream is stopped.</summary>
public sealed record HeldRecord(
    string Key, long StartedAt, string StreamId, string? DeviceName, long? ExpiresAt, string? DeviceId, bool CountSameDevice, HeldEnding? Ended, long? ForgottenAt,
    IReadOnlyDictionary<string, string>? Tags = null, string? Plan = null, IReadOnlyList<string>? Observed = null)
    : RecordView(Key, StartedAt, StreamId, DeviceName, ExpiresAt);

/// <summary>How a stream ended.</summary>
public sealed record HeldEnding(StreamEndReason Reason, long At, RecordReference? By, bool SameDevice);
