using System.Text.Json.Serialization;

namespace StreamChecker;

/// <summary>One stream of one user, as the service admitted it.</summary>
/// <param name="Id">The record's public id.</param>
/// <param name="UserId">Whose stream it is.</param>
/// <param name="StreamId">What is playing, as the caller named it.</param>
/// <param name="DeviceName">Where it is playing, as the caller named it; null where the caller did not.</param>
/// <param name="StartedAt">When it was admitted, by the database's clock.</param>
/// <param name="ExpiresAt">When it ends unless a heartbeat comes before; null where it lives until it is stopped.</param>
public sealed record StreamRecord(
    StreamRecordId Id, string UserId, string StreamId, string? DeviceName, DateTimeOffset StartedAt, DateTimeOffset? ExpiresAt);

/// <summary>What a user has running.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Limit">How many streams they may have at once.</param>
/// <param name="Streams">What is active, oldest first.</param>
public sealed record ActiveStreams(string UserId, int Limit, IReadOnlyList<StreamRecord> Streams);

/// <summary>How many streams a user may have at once.</summary>
/// <param name="UserId">The user.</param>
/// <param name="MaxConcurrentStreams">0 to 100.</param>
/// <param name="IsDefault">Whether it is the default, the user having no limit of their own.</param>
public sealed record UserLimit(string UserId, int MaxConcurrentStreams, bool IsDefault)
{
    /// <summary>The largest limit that a user can have.</summary>
    public const int Largest = 100;
}

/// <summary>How a stream ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="ReplacedBy">The stream that took its place, where it was replaced.</param>
public sealed record StreamEnding(StreamEndReason Reason, ReplacingStream? ReplacedBy);

/// <summary>Why a stream is over.</summary>
public enum StreamEndReason
{
    /// <summary>The record is remembered by nobody any more.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>Its lease lapsed without a heartbeat.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,

    /// <summary>Somebody stopped it.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>Another stream of the same user took its place.</summary>
    [JsonStringEnumMemberName("replaced")]
    Replaced,
}

/// <summary>The stream that took another one's place.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="StreamId">What it plays.</param>
/// <param name="DeviceName">Where it plays; null where its caller did not say.</param>
public sealed record ReplacingStream(StreamRecordId Id, string StreamId, string? DeviceName);
