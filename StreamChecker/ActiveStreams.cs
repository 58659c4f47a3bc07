namespace StreamChecker;

/// <summary>What a user has running.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Limit">How many streams they may have at once.</param>
/// <param name="Streams">What is active, oldest first.</param>
public sealed record ActiveStreams(string UserId, int Limit, IReadOnlyList<StreamRecord> Streams);
