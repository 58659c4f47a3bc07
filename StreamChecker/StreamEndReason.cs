using System.Text.Json.Serialization;

namespace StreamChecker;

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
