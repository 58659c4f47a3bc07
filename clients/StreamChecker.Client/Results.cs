using System.Net;

namespace StreamChecker.Client;

/// <summary>A request to start one more stream.</summary>
/// <param name="UserId">The user: 1 to 256 characters.</param>
/// <param name="StreamId">The content to play: 1 to 256 characters. Two starts with the same text are two streams.</param>
public sealed record StreamStart(string UserId, string StreamId)
{
    /// <summary>The name of the device, to show to the viewer whose later start is rejected: 1 to 256 characters.</summary>
    public string? DeviceName { get; init; }

    /// <summary>
    /// The device, as an identifier of 1 to 128 characters. Its active stream ends in the same transaction, so that a restarted player is not
    /// rejected because of its own earlier stream.
    /// </summary>
    public string? DeviceId { get; init; }

    /// <summary>Whether the streams of one device count separately, in place of ending the earlier one. Requires a <see cref="DeviceId"/>.</summary>
    public bool CountSameDevice { get; init; }

    /// <summary>What the rules of the plan read: at most 8 texts by name, 256 bytes together, fixed for the life of the stream.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The plan whose rules hold for this start; null for that of the user.</summary>
    public string? Plan { get; init; }

    /// <summary>Whether to end the user's oldest streams at a limit that does not say what happens there, in place of a rejection.</summary>
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
    public sealed record Admitted(StreamRecord Stream, int Limit, int Active, IReadOnlyList<ReplacedStream> Replaced, bool Replayed) : StartResult
    {
        /// <summary>The rules that the start violates and that are only observed.</summary>
        public IReadOnlyList<string> Observed { get; init; } = [];

        /// <summary>The URL for the player's own heartbeats; null if the service has no player keys.</summary>
        public PlayerLink? Player { get; init; }
    }

    /// <summary>The start would violate a rule of the user's plan. Nothing changed.</summary>
    /// <param name="Limit">The limit of the first violated rule.</param>
    /// <param name="Active">The number that this rule counts already.</param>
    /// <param name="Streams">The active streams that it counts, oldest first.</param>
    /// <param name="RetryAfter">When a start could succeed if no player of the others lives; null if waiting does not help.</param>
    public sealed record LimitReached(int Limit, int Active, IReadOnlyList<ActiveStream> Streams, TimeSpan? RetryAfter) : StartResult
    {
        /// <summary>All violated rules, in the order of the plan.</summary>
        public IReadOnlyList<RuleViolation> Violations { get; init; } = [];
    }

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
    /// <param name="HeartbeatInterval">When to send the next one; null if none are needed. It can change from one heartbeat to the next.</param>
    public sealed record Alive(DateTimeOffset? ExpiresAt, TimeSpan? HeartbeatInterval) : HeartbeatResult
    {
        /// <summary>The right to play until the lease ends, for a CDN or a licence proxy; null if the service has no playback keys.</summary>
        public PlaybackToken? Playback { get; init; }
    }

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
/// <param name="HeartbeatInterval">When the player sends its first heartbeat; null if none are needed.</param>
public sealed record StreamRecord(
    string Id, string UserId, string StreamId, string? DeviceName, DateTimeOffset StartedAt, DateTimeOffset? ExpiresAt, TimeSpan? HeartbeatInterval)
{
    /// <summary>The right to play until the lease ends, for a CDN or a licence proxy; null if the service has no playback keys.</summary>
    public PlaybackToken? Playback { get; init; }
}

/// <summary>A JSON Web Token that a player sends with its requests for segments or licences.</summary>
/// <param name="Token">The token.</param>
/// <param name="ExpiresAt">When it expires. The next heartbeat returns another.</param>
public sealed record PlaybackToken(string Token, DateTimeOffset ExpiresAt);

/// <summary>A violated rule.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Limit">Its limit.</param>
/// <param name="Active">The number of active streams, or of their distinct values, that it counts.</param>
/// <param name="Streams">The active streams that it counts, oldest first.</param>
public sealed record RuleViolation(string Rule, int Limit, int Active, IReadOnlyList<ActiveStream> Streams);

/// <summary>Where a player sends its own heartbeats, without the platform's key.</summary>
/// <param name="Url">The URL, with a token for this stream: a secret of the player.</param>
/// <param name="ExpiresAt">When the token expires. Responses to the player's heartbeats bring the next one in time.</param>
public sealed record PlayerLink(Uri Url, DateTimeOffset ExpiresAt);

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

/// <summary>A stream that replaced another.</summary>
/// <param name="Id">Its ID. Opaque.</param>
/// <param name="StreamId">The content.</param>
/// <param name="DeviceName">The name of the device; null if none was sent.</param>
public sealed record StreamReference(string Id, string StreamId, string? DeviceName);

/// <summary>A stream that a start ended.</summary>
/// <param name="Id">Its ID. Opaque.</param>
/// <param name="StreamId">The content.</param>
/// <param name="DeviceName">The name of the device; null if none was sent.</param>
/// <param name="SameDevice">Whether it was on the device of the start, by <see cref="StreamStart.DeviceId"/>.</param>
public sealed record ReplacedStream(string Id, string StreamId, string? DeviceName, bool SameDevice);

/// <summary>How a stream ended.</summary>
/// <param name="Reason"><c>expired</c>, <c>stopped</c>, <c>replaced</c>, or <c>unknown</c> if its record is no longer remembered.</param>
/// <param name="ReplacedBy">The stream that replaced it; null if it was not replaced.</param>
/// <param name="SameDevice">Whether that stream is on the same device: the viewer's own player, restarted.</param>
public sealed record StreamEnding(string Reason, StreamReference? ReplacedBy, bool SameDevice = false);

/// <summary>The limit of a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="MaxConcurrentStreams">0 to 100.</param>
/// <param name="IsDefault">Whether the user has neither a limit nor a plan of their own.</param>
/// <param name="Plan">The user's plan.</param>
public sealed record StreamLimit(string UserId, int MaxConcurrentStreams, bool IsDefault, string Plan);

/// <summary>A change of a user's limit.</summary>
/// <param name="UserId">The user: 1 to 256 characters.</param>
/// <param name="MaxConcurrentStreams">0 to 100; null removes the user's own limit.</param>
public sealed record LimitChange(string UserId, int? MaxConcurrentStreams)
{
    /// <summary>The user's plan; null leaves it as it is.</summary>
    public string? Plan { get; init; }

    /// <summary>
    /// Identifies the change in retries: 1 to 255 visible ASCII characters. By default the client makes one for each call; set it if your own
    /// callers retry.
    /// </summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>The result of one of many changes of limits.</summary>
/// <param name="Change">The change.</param>
public abstract record LimitChangeResult(LimitChange Change)
{
    /// <summary>The limit is set.</summary>
    /// <param name="Change">The change.</param>
    /// <param name="Limit">The limit that it set.</param>
    /// <param name="Replayed">Whether an earlier change with the same idempotency key had taken effect.</param>
    public sealed record Changed(LimitChange Change, StreamLimit Limit, bool Replayed) : LimitChangeResult(Change);

    /// <summary>The service rejected the change, or failed. Another attempt gets the same result.</summary>
    /// <param name="Change">The change.</param>
    /// <param name="Error">What <see cref="StreamCheckerClient.SetLimitAsync"/> would have thrown.</param>
    public sealed record Failed(LimitChange Change, StreamCheckerException Error) : LimitChangeResult(Change);

    /// <summary>The service had no time left for the change. Send it again.</summary>
    /// <param name="Change">The change.</param>
    /// <param name="Reason">The reason, in one sentence.</param>
    public sealed record Unavailable(LimitChange Change, string Reason) : LimitChangeResult(Change);
}

/// <summary>Everything that the service holds about a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="MaxConcurrentStreams">The user's own limit; null for that of the plan.</param>
/// <param name="Plan">The user's own plan; null for the default.</param>
/// <param name="Operations">The operations that are remembered for retries, oldest first.</param>
/// <param name="Records">All stream records, those of ended streams included, oldest first.</param>
public sealed record UserData(string UserId, int? MaxConcurrentStreams, string? Plan, IReadOnlyList<RememberedOperation> Operations, IReadOnlyList<HeldRecord> Records);

/// <summary>An operation that is remembered for retries.</summary>
/// <param name="Id">Its ID: random, or a hash of the user and the idempotency key.</param>
/// <param name="Operation"><c>stopAll</c>, <c>setLimit</c>, <c>resetLimit</c> or <c>erase</c>.</param>
/// <param name="Number">The number of stopped streams, or the user's own limit afterwards; null without one.</param>
/// <param name="Plan">The user's own plan after a change of the limit or plan; null without one.</param>
public sealed record RememberedOperation(string Id, string Operation, int? Number, string? Plan);

/// <summary>A stream record with all that it holds.</summary>
/// <param name="Id">Its ID. Opaque.</param>
/// <param name="StreamId">The content.</param>
/// <param name="DeviceName">The name of the device; null if none was sent.</param>
/// <param name="DeviceId">The identifier of the device; null if none was sent.</param>
/// <param name="SameDevice">The treatment of the device's other streams: <c>replace</c> or <c>count</c>.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Plan">The plan that the start named; null for none.</param>
/// <param name="Observed">The rules that the start violated and that were only observed.</param>
/// <param name="StartedAt">When it was admitted.</param>
/// <param name="ExpiresAt">When its lease expires or expired; null if it lives until it is stopped.</param>
/// <param name="EndedAt">When it ended; null if no end is recorded.</param>
/// <param name="Reason">Why it ended, as in <see cref="StreamEnding.Reason"/>; null if no end is recorded.</param>
/// <param name="ReplacedBy">The stream that replaced it; null if it was not replaced.</param>
/// <param name="ForgottenAt">The latest time at which the record is deleted; null while the stream lives until it is stopped.</param>
public sealed record HeldRecord(
    string Id,
    string StreamId,
    string? DeviceName,
    string? DeviceId,
    string SameDevice,
    IReadOnlyDictionary<string, string> Tags,
    string? Plan,
    IReadOnlyList<string> Observed,
    DateTimeOffset StartedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? EndedAt,
    string? Reason,
    StreamReference? ReplacedBy,
    DateTimeOffset? ForgottenAt);

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
