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
}
