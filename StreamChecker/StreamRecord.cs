using System.Text.Json.Serialization;

namespace StreamChecker;

/// <summary>One admitted stream of a user.</summary>
/// <param name="Id">The public ID of the record.</param>
/// <param name="UserId">The user.</param>
/// <param name="StreamId">The content, as sent with the start.</param>
/// <param name="DeviceName">The device, as sent with the start; null if none was sent.</param>
/// <param name="StartedAt">The time when it was admitted, by the clock of the database.</param>
/// <param name="ExpiresAt">The time when its lease expires unless a heartbeat renews it; null if it lives until it is stopped.</param>
public sealed record StreamRecord(
    StreamRecordId Id, string UserId, string StreamId, string? DeviceName, DateTimeOffset StartedAt, DateTimeOffset? ExpiresAt);

/// <summary>A user's active streams.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Limit">The maximum number of concurrent streams.</param>
/// <param name="Streams">The active streams, oldest first.</param>
public sealed record ActiveStreams(string UserId, int Limit, IReadOnlyList<StreamRecord> Streams);

/// <summary>A user's stream limit.</summary>
/// <param name="UserId">The user.</param>
/// <param name="MaxConcurrentStreams">0 to 100.</param>
/// <param name="IsDefault">Whether the user has neither a limit nor a plan of their own.</param>
/// <param name="Plan">The user's plan.</param>
public sealed record UserLimit(string UserId, int MaxConcurrentStreams, bool IsDefault, string Plan)
{
    /// <summary>The largest limit that a user can have.</summary>
    public const int Largest = 100;
}

/// <summary>A change of a user's own limit, plan or both; what is null stays as it is.</summary>
/// <param name="Limit">The limit, 0 to 100; null removes the user's own.</param>
/// <param name="Plan">The name of the plan; null removes the user's own.</param>
public sealed record LimitChange(Change<int?>? Limit = null, Change<string?>? Plan = null)
{
    /// <summary>Removes the user's own limit and plan.</summary>
    public static LimitChange Reset { get; } = new(new Change<int?>(null), new Change<string?>(null));

    /// <summary>Sets the user's own limit; null removes it.</summary>
    public static LimitChange ToLimit(int? limit) => new(Limit: new(limit));

    /// <summary>Sets the user's own plan; null removes it.</summary>
    public static LimitChange ToPlan(string? plan) => new(Plan: new(plan));
}

/// <summary>A new value.</summary>
/// <param name="To">The value; null removes the old one.</param>
public sealed record Change<T>(T To);

/// <summary>A change of one user of many.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Change">What to set or remove.</param>
/// <param name="IdempotencyKey">
/// Identifies the change in retries, like <see cref="StartStream.IdempotencyKey"/>. If null, only the service's own retries are recognized.
/// </param>
public sealed record UserLimitChange(string UserId, LimitChange Change, string? IdempotencyKey = null);

/// <summary>How a stream ended.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="ReplacedBy">The stream that replaced it; null if it was not replaced.</param>
/// <param name="SameDevice">Whether that stream is on the same device.</param>
public sealed record StreamEnding(StreamEndReason Reason, ReplacingStream? ReplacedBy, bool SameDevice = false);

/// <summary>The reason why a stream ended.</summary>
public enum StreamEndReason
{
    /// <summary>The record is no longer remembered.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>Its lease expired without a heartbeat.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,

    /// <summary>It was stopped.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>Another stream of the same user replaced it.</summary>
    [JsonStringEnumMemberName("replaced")]
    Replaced,
}

/// <summary>A stream that replaced another.</summary>
/// <param name="Id">Its public ID.</param>
/// <param name="StreamId">Its content.</param>
/// <param name="DeviceName">Its device; null if none was sent.</param>
public sealed record ReplacingStream(StreamRecordId Id, string StreamId, string? DeviceName);

/// <summary>A stream that a start ended.</summary>
/// <param name="Id">Its public ID.</param>
/// <param name="StreamId">Its content.</param>
/// <param name="DeviceName">Its device; null if none was sent.</param>
/// <param name="SameDevice">Whether it was on the device of the start.</param>
public sealed record ReplacedStream(StreamRecordId Id, string StreamId, string? DeviceName, bool SameDevice);

/// <summary>Everything that is held about a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="MaxConcurrentStreams">The user's own limit; null for that of the plan.</param>
/// <param name="Plan">The user's own plan; null for the default.</param>
/// <param name="Operations">The operations that are remembered for retries, oldest first.</param>
/// <param name="Records">All stream records, those of ended streams included, oldest first.</param>
public sealed record UserData(string UserId, int? MaxConcurrentStreams, string? Plan, IReadOnlyList<RememberedOperation> Operations, IReadOnlyList<HeldStream> Records);

/// <summary>An operation that is remembered for retries.</summary>
/// <param name="Id">Its ID: random, or a hash of the user and the <c>Idempotency-Key</c>.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Number">The number of stopped streams, or the user's own limit afterwards; null without one.</param>
/// <param name="Plan">The user's own plan after a change of the limit or plan; null without one.</param>
public sealed record RememberedOperation(string Id, OperationKind Kind, int? Number, string? Plan = null);

/// <summary>The kinds of operations that are remembered.</summary>
public enum OperationKind
{
    /// <summary>All streams were stopped.</summary>
    [JsonStringEnumMemberName("stopAll")]
    StopAll,

    /// <summary>The user got a limit or a plan of their own.</summary>
    [JsonStringEnumMemberName("setLimit")]
    SetLimit,

    /// <summary>The user lost those of their own.</summary>
    [JsonStringEnumMemberName("resetLimit")]
    ResetLimit,

    /// <summary>Everything else was erased.</summary>
    [JsonStringEnumMemberName("erase")]
    Erase,
}

/// <summary>A stream record with all that it holds.</summary>
/// <param name="Record">The record.</param>
/// <param name="DeviceId">The device, as sent with the start; null if none was sent.</param>
/// <param name="SameDevice">The treatment of the device's other streams, as sent with the start.</param>
/// <param name="Tags">The tags, as sent with the start.</param>
/// <param name="Plan">The plan, as sent with the start; null if none was sent.</param>
/// <param name="Observed">The rules that the start violated and that were only observed.</param>
/// <param name="Ending">How the stream ended; null if its end is not recorded.</param>
/// <param name="EndedAt">The time when it ended.</param>
/// <param name="ForgottenAt">The latest time at which the record is deleted; null while the stream lives until it is stopped.</param>
public sealed record HeldStream(
    StreamRecord Record, string? DeviceId, SameDevice SameDevice, IReadOnlyDictionary<string, string> Tags, string? Plan, IReadOnlyList<string> Observed,
    StreamEnding? Ending, DateTimeOffset? EndedAt, DateTimeOffset? ForgottenAt);
