namespace StreamChecker;

/// <summary>The partition store is throttled or unavailable. Nothing that was acknowledged is lost.</summary>
public sealed class StreamStoreUnavailableException : Exception
{
    internal StreamStoreUnavailableException(string message, TimeSpan retryAfter, Exception? cause = null)
        : base(message, cause) => RetryAfter = retryAfter;

    /// <summary>The time to wait before a retry.</summary>
    public TimeSpan RetryAfter { get; }

    /// <summary>
    /// Whether the request may have taken effect, so that a retry is safe only with the same idempotency key or if the operation is
    /// idempotent. False if nothing was written.
    /// </summary>
    public bool OutcomeIsUnknown { get; internal init; }

    /// <summary>The reason why the store rejects writes until an operator acts, in one sentence; null if the condition is transient.</summary>
    public string? Obstacle { get; internal init; }
}
