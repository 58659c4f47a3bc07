namespace StreamChecker.Partitions;

/// <summary>Give the user a limit of their own, or take it away.</summary>
public sealed record SetLimitCommand : StreamCommand
{
    /// <summary>0 to 100; null to go back to the default.</summary>
    public int? MaxConcurrentStreams { get; init; }

    /// <summary>The limit of a user who has none of their own.</summary>
    public required int DefaultLimit { get; init; }
}
