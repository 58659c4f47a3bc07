namespace StreamChecker.Partitions;

/// <summary>End one stream.</summary>
public sealed record StopCommand : StreamCommand
{
    /// <summary>The number of the stream's slot.</summary>
    public required int Slot { get; init; }

    /// <summary>Which of the slot's streams is meant.</summary>
    public required string RecordId { get; init; }
}
