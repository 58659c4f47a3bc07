namespace StreamChecker.Partitions;

/// <summary>A heartbeat: let the stream's lease begin anew, if it is alive.</summary>
public sealed record RenewCommand : StreamCommand
{
    /// <summary>The number of the stream's slot.</summary>
    public required int Slot { get; init; }

    /// <summary>Which of the slot's streams is meant.</summary>
    public required string RecordId { get; init; }

    /// <summary>How long the stream lives without another heartbeat; 0 for until it is stopped.</summary>
    public required long LeaseMs { get; init; }

    /// <summary>How often heartbeats are asked for.</summary>
    public required long IntervalMs { get; init; }
}
