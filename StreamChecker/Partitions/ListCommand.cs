namespace StreamChecker.Partitions;

/// <summary>Tell what is active, and the limit.</summary>
public sealed record ListCommand : StreamCommand
{
    /// <summary>The limit of a user who has none of their own.</summary>
    public required int DefaultLimit { get; init; }
}
