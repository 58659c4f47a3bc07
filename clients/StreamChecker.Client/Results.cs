using System.Net;

namespace StreamChecker.Client;

/// <summary>A request to start one more stream.</summary>
/// <param name="UserId">The user: 1 to 256 characters.</param>
/// <param name="StreamId">The content to play: 1 to 256 characters. Two starts with the same text are two streams.</param>
public sealed record StreamStart(string UserId, string StreamId)
{
    /// <summary>The name of the device, to show to the viewer whose later start is rejected: 1 to 256 characters.</summary>
    public string? DeviceName { get; init; }

    /// <summary>Whether to end the user's oldest streams at the limit, in place of a rejection.</summary>
    public bool ReplaceOldest { get; init; }

    /// <summary>The IDs of streams of the same user to end in the same transaction.</summary>
    public IReadOnlyList<string> Replace { get; init; } = [];

    /// <summary>
    /// Identifies the start in retries: 1 to 255 visible ASCII characters. By default the client makes one for each call; set it if your
    /// own callers retry.
    /// </summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>The result of a start.</summary>
public abstract record StartResult
{
    private StartResult()
    {
    }

    /// <summary>The viewer may play.</summary>
    /// <param name="Stream">The stream's record. Its ID is needed for heartbeats and the stop.</param>
    /// <param name="Limit">The maximum number of concurrent streams.</param>
    /// <param name="Active">The number of active streams, including this one.</param>
    /// <param name="Replaced">The streams that this start ended, oldest first.</param>
    /// <param name="Replayed">Whether an earlier start with the same idempotency key had been admitted.</param>
    public sealed record Admitted(StreamRecord Stream, int Limit, int Active, IReadOnlyList<StreamReference> Replaced, bool Replayed) : StartResult;

    /// <summary>The user has reached their limit. Nothing changed.</summary>
    /// <param name="Limit">The maximum number of concurrent streams.</param>
    /// <param name="Active">The number of active streams.</param>
    /// <param name="Streams">The active streams, oldest first.</param>
    /// <param name="RetryAfter">When a start could succeed if no player of the others lives; null if waiting does not help.</param>
    public sealed record LimitReached(int Limit, int Active, IReadOnlyList<ActiveStream> Streams, TimeSpan? RetryAfter) : StartResult;

    /// <summary>An earlier start with the same idempotency key was admitted, and its stream has ended.</summary>
    /// <param name="Ending">How it ended.</param>
    public sealed record Ended(StreamEnding Ending) : StartResult;

    /// <summary>The service did not decide, after all retries. The platform decides whether the viewer may play.</summary>
    /// <param name="Reason">The reason, in one sentence.</param>
    /// <param name="RetryAfter">When to try again, if the service said so.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : StartResult;
}

/// <summary>The result of a heartbeat.</summary>
public abstract record HeartbeatResult
{
    private HeartbeatResult()
    {
    }

    /// <summary>The stream is active.</summary>
    /// <param name="ExpiresAt">When its lease expires unless a heartbeat renews it; null if it lives until it is stopped.</param>
    /// <param name="HeartbeatInterval">When to send the next one; null if none are needed.</param>
    public sealed record Alive(DateTimeOffset? ExpiresAt, TimeSpan? HeartbeatInterval) : HeartbeatResult;

    /// <summary>The stream has ended: the player must stop.</summary>
    /// <param name="Ending">How it ended.</param>
    public sealed record Ended(StreamEnding Ending) : HeartbeatResult;

    /// <summary>The service did not respond, after all retries. Send the next heartbeat at its time.</summary>
    /// <param name="Reason">The reason, in one sentence.</param>
    public sealed record Unavailable(string Reason) : HeartbeatResult;
}

/// <summary>A stream that was admitted.</summary>
/// <param name="Id">Its ID. Opaque.</param>
/// <param name="UserId">The user.</param>
/// <param name="StreamId">The content.</param>
/// <param name="DeviceName">The name of the device; null if none was sent.</param>
/// <param name="StartedAt">When it was admitted.</param>
/// <param name="ExpiresAt">When its lease expires unless a heartbeat renews it; null if it lives until it is stopped.</param>
/// <param name="HeartbeatInterval">How often the player sends a heartbeat; null if none are needed.</param>
public sealed record StreamRecord(
    string Id, string UserId, string StreamId, string? DeviceName, DateTimeOffset StartedAt, DateTimeOffset? ExpiresAt, TimeSpan? HeartbeatInterval);

/// <summary>An active stream in a list.</summary>
/// <param name="Id">Its ID. Opaque.</param>
/// <param name="StreamId">The content.</param>
/// <param name="DeviceName">The name of the device; null if none was sent.</param>
/// <param name="StartedAt">When it was admitted.</param>
/// <param name="ExpiresAt">When its lease expires unless a heartbeat renews it; null if it lives until it is stopped.</param>
public sealed record ActiveStream(string Id, string StreamId, string? DeviceName, DateTimeOffset StartedAt, DateTimeOffset? ExpiresAt);

/// <summary>The active streams of a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Limit">The maximum number of concurrent streams.</param>
/// <param name="Streams">The active streams, oldest first.</param>
public sealed record ActiveStreams(string UserId, int Limit, IReadOnlyList<ActiveStream> Streams);

/// <summary>A stream that was replaced, or that replaced another.</summary>
/// <param name="Id">Its ID. Opaque.</param>
/// <param name="StreamId">The content.</param>
/// <param name="DeviceName">The name of the device; null if none was sent.</param>
public sealed record StreamReference(string Id, string StreamId, string? DeviceName);

/// <summary>How a stream ended.</summary>
/// <param name="Reason"><c>expired</c>, <c>stopped</c>, <c>replaced</c>, or <c>unknown</c> if its record is no longer remembered.</param>
/// <param name="ReplacedBy">The stream that replaced it; null if it was not replaced.</param>
public sealed record StreamEnding(string Reason, StreamReference? ReplacedBy);

/// <summary>The limit of a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="MaxConcurrentStreams">0 to 100.</param>
/// <param name="IsDefault">Whether it is the default limit.</param>
public sealed record StreamLimit(string UserId, int MaxConcurrentStreams, bool IsDefault);

/// <summary>The service rejected a request, failed, or did not respond.</summary>
public sealed class StreamCheckerException : Exception
{
    internal StreamCheckerException(string message, Exception cause)
        : base(message, cause)
    {
    }

    internal StreamCheckerException(HttpStatusCode status, string message, Exception? cause = null)
        : base(message, cause) => StatusCode = status;

    internal StreamCheckerException(HttpStatusCode status, ProblemBody problem)
        : this(status, $"{(int)status} {problem.Title}{(problem.Detail is { } detail ? $": {detail}" : "")}") =>
        (ProblemType, Field, TraceId) = (problem.Type, problem.Field, problem.TraceId);

    /// <summary>The HTTP status; null if there was no response.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>The problem type, such as <c>/problems/invalid-request</c>; null if the response had none.</summary>
    public string? ProblemType { get; }

    /// <summary>The invalid field or header; null if the problem is another.</summary>
    public string? Field { get; }

    /// <summary>The trace ID of the failure in the service's log; null if the service did not fail.</summary>
    public string? TraceId { get; }

    /// <summary>When to try again, if the service said so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
