namespace StreamChecker;

/// <summary>The partition store is throttled or away. Nothing that was acknowledged is lost.</summary>
public sealed class StreamStoreUnavailableException : Exception
{
    internal StreamStoreUnavailableException(string message, TimeSpan retryAfter, Exception? cause = null)
        : base(message, cause) => RetryAfter = retryAfter;

    /// <summary>How long to wait before another try.</summary>
    public TimeSpan RetryAfter { get; }

    /// <summary>
    /// Whether the call may have taken effect: then a repeat is safe only where it is the same call, by its idempotency key or by its
    /// nature. False where it is known that nothing was written.
    /// </summary>
    public bool OutcomeIsUnknown { get; internal init; }

    /// <summary>What keeps the store from taking any write until an operator acts, in one sentence; null where it may pass by itself.</summary>
    public string? Obstacle { get; internal init; }
}
