namespace StreamChecker.Partitions;

/// <summary>End every stream of the user.</summary>
public sealed record StopAllCommand : StreamCommand;
