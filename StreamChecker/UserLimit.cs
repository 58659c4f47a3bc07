namespace StreamChecker;

/// <summary>How many streams a user may have at once.</summary>
/// <param name="UserId">The user.</param>
/// <param name="MaxConcurrentStreams">0 to 100.</param>
/// <param name="IsDefault">Whether it is the default, the user having no limit of their own.</param>
public sealed record UserLimit(string UserId, int MaxConcurrentStreams, bool IsDefault)
{
    /// <summary>The largest limit that a user can have.</summary>
    public const int Largest = 100;
}
