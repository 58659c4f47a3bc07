namespace StreamChecker;

/// <summary>The partition store is throttled or away. Nothing that was acknowledged is lost; the same call may be made again.</summary>
public sealed class StreamStoreUnavailableException : Exception
{
    internal StreamStoreUnavailableException(string message, TimeSpan retryAfter, Exception? cause = null)
        : base(message, cause) => RetryAfter = retryAfter;

    /// <summary>How long to wait before another try.</summary>
    public TimeSpan RetryAfter { get; }
}
