using System.Text.Json.Serialization;

namespace StreamChecker;

/// <summary>A request to start one more stream. Every text obeys <see cref="FieldText"/>.</summary>
public sealed record StartStream
{
    internal static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    /// <summary>The user.</summary>
    public required string UserId { get; init; }

    /// <summary>The content to play. Two starts with the same text are two streams: two devices can play one film.</summary>
    public required string StreamId { get; init; }

    /// <summary>The device name to show to the viewer whose later start is rejected.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The device, at most <see cref="FieldText.MaxDeviceIdLength"/> characters. No response contains it.</summary>
    public string? DeviceId { get; init; }

    /// <summary>The treatment of the active stream of the same device; <see cref="SameDevice.Count"/> requires a <see cref="DeviceId"/>.</summary>
    public SameDevice SameDevice { get; init; }

    /// <summary>
    /// What the rules of the plan read: at most 8 tags of a lower-case letter and up to 31 letters or digits, 256 bytes with their values.
    /// They are fixed for the life of the stream.
    /// </summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = NoTags;

    /// <summary>The plan whose rules hold for this start; null for that of the user.</summary>
    public string? Plan { get; init; }

    /// <summary>The behaviour at the limit of a rule that does not define its own.</summary>
    public OnLimit OnLimit { get; init; }

    /// <summary>
    /// Streams of the same user to end in the same transaction, even below the limit. Ended streams are ignored. A rejected start
    /// ends none.
    /// </summary>
    public IReadOnlyList<StreamRecordId> Replace { get; init; } = [];

    /// <summary>
    /// Identifies the start in retries: 1 to 255 visible ASCII characters, unique per user. Without one, only the service's own
    /// retries are recognized.
    /// </summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>The treatment of the user's active streams on the device of a start.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SameDevice>))]
public enum SameDevice
{
    /// <summary>The start ends them: a restarted player is never rejected because of its own earlier stream.</summary>
    [JsonStringEnumMemberName("replace")]
    Replace,

    /// <summary>They count like those of other devices.</summary>
    [JsonStringEnumMemberName("count")]
    Count,
}

/// <summary>The behaviour of a start at the limit.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OnLimit>))]
public enum OnLimit
{
    /// <summary>The start is rejected.</summary>
    [JsonStringEnumMemberName("reject")]
    Reject,

    /// <summary>The start ends as many of the user's oldest streams as necessary.</summary>
    [JsonStringEnumMemberName("replaceOldest")]
    ReplaceOldest,
}
