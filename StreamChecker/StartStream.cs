using System.Text.Json.Serialization;

namespace StreamChecker;

/// <summary>The wish to start one more stream. Every text obeys <see cref="FieldText"/>.</summary>
public sealed record StartStream
{
    /// <summary>Who wants to watch.</summary>
    public required string UserId { get; init; }

    /// <summary>What is to play. The same text twice is two streams: two devices may watch one film.</summary>
    public required string StreamId { get; init; }

    /// <summary>Where it is to play, for the eyes of whoever is refused later.</summary>
    public string? DeviceName { get; init; }

    /// <summary>What to do where there is no room.</summary>
    public OnLimit OnLimit { get; init; }

    /// <summary>
    /// Streams of the same user to end in the same transaction, whether there is room or not. Those that are over already
    /// are ignored. Where the start is refused, none is ended.
    /// </summary>
    public IReadOnlyList<StreamRecordId> Replace { get; init; } = [];

    /// <summary>
    /// What makes a retry the same start: 1 to 255 visible ASCII characters, the user's own. Without one, the start is
    /// tried again only inside the service.
    /// </summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>What a start does at the limit.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OnLimit>))]
public enum OnLimit
{
    /// <summary>It is refused.</summary>
    [JsonStringEnumMemberName("reject")]
    Reject,

    /// <summary>It ends the user's oldest streams, as many as it takes.</summary>
    [JsonStringEnumMemberName("replaceOldest")]
    ReplaceOldest,
}
