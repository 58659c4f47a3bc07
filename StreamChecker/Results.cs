namespace StreamChecker;

/// <summary>The result of a start.</summary>
public abstract record StartResult
{
    private StartResult()
    {
    }

    /// <summary>The stream was admitted.</summary>
    /// <param name="Record">Its record.</param>
    /// <param name="Limit">The maximum number of concurrent streams.</param>
    /// <param name="Active">The number of active streams, including this one.</param>
    /// <param name="Replaced">The streams that this start ended.</param>
    /// <param name="Replayed">Whether this was a retry of a start that had been admitted before.</param>
    /// <param name="HeartbeatInterval">The interval of its heartbeats from now on; null if it needs none.</param>
    /// <param name="Observed">The rules that it violates and that are only observed.</param>
    public sealed record Admitted(
        StreamRecord Record,
        int Limit,
        int Active,
        IReadOnlyList<ReplacedStream> Replaced,
        bool Replayed,
        TimeSpan? HeartbeatInterval,
        IReadOnlyList<string> Observed) : StartResult;

    /// <summary>The start would violate rules of the user's plan. Nothing was recorded and no stream ended.</summary>
    /// <param name="Active">The number of all active streams of the user.</param>
    /// <param name="Violations">The violated rules, at least one, in the order of the plan.</param>
    /// <param name="RetryAfter">
    /// The time until enough leases could have expired for all of them; null if no expiry would make room.
    /// </param>
    public sealed record LimitReached(int Active, IReadOnlyList<RuleViolation> Violations, TimeSpan? RetryAfter) : StartResult
    {
        /// <summary>The first of them.</summary>
        public RuleViolation First => Violations[0];
    }

    /// <summary>A rule of the user's plan requires a value that the start does not have.</summary>
    /// <param name="Name">The tag, or the field <c>deviceId</c>.</param>
    public sealed record ValueRequired(string Name) : StartResult;

    /// <summary>A retry of an earlier start whose stream has ended.</summary>
    /// <param name="Ending">How it ended.</param>
    public sealed record Ended(StreamEnding Ending) : StartResult;

    /// <summary>The idempotency key belongs to a start of another stream or another device, or with another <see cref="SameDevice"/>, plan or tags.</summary>
    public sealed record KeyReused : StartResult;

    /// <summary>A stream to replace belongs to another user. Nothing was recorded and no stream ended.</summary>
    public sealed record ForeignReplacement : StartResult;
}

/// <summary>A violated rule.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Limit">Its limit.</param>
/// <param name="Active">What it counts already: the number of the streams, or of their distinct values.</param>
/// <param name="Streams">The active streams that it counts, oldest first.</param>
public sealed record RuleViolation(string Rule, int Limit, int Active, IReadOnlyList<StreamRecord> Streams);

/// <summary>The result of a heartbeat.</summary>
public abstract record RenewResult
{
    private RenewResult()
    {
    }

    /// <summary>The stream is active.</summary>
    /// <param name="Record">Its record, with its new expiry.</param>
    /// <param name="HeartbeatInterval">The interval of its heartbeats from now on; null if it needs none.</param>
    public sealed record Alive(StreamRecord Record, TimeSpan? HeartbeatInterval) : RenewResult;

    /// <summary>The stream has ended: the player must stop.</summary>
    /// <param name="Ending">How it ended.</param>
    public sealed record Ended(StreamEnding Ending) : RenewResult;

    /// <summary>The heartbeat failed. Only of <see cref="StreamLimiter.RenewManyAsync"/>.</summary>
    /// <param name="Cause">What <see cref="StreamLimiter.RenewAsync"/> would have thrown.</param>
    public sealed record Failed(Exception Cause) : RenewResult;
}

/// <summary>Whether a stream is active.</summary>
public abstract record StreamState
{
    private StreamState()
    {
    }

    /// <summary>The stream is active.</summary>
    /// <param name="Record">Its record.</param>
    public sealed record Active(StreamRecord Record) : StreamState;

    /// <summary>The stream has ended.</summary>
    /// <param name="Ending">How it ended.</param>
    public sealed record Ended(StreamEnding Ending) : StreamState;
}

/// <summary>The result of ending every stream of a user.</summary>
public abstract record StopAllResult
{
    private StopAllResult()
    {
    }

    /// <summary>No stream of the user is active.</summary>
    /// <param name="Count">The number of streams that the operation ended.</param>
    /// <param name="Replayed">Whether this was a retry of an operation that was carried out before.</param>
    public sealed record Stopped(int Count, bool Replayed) : StopAllResult;

    /// <summary>The idempotency key belongs to another operation. No stream ended.</summary>
    public sealed record KeyReused : StopAllResult;
}

/// <summary>The result of setting or resetting a user's limit.</summary>
public abstract record SetLimitResult
{
    private SetLimitResult()
    {
    }

    /// <summary>The limit is set.</summary>
    /// <param name="Limit">The limit that the operation set.</param>
    /// <param name="Replayed">Whether this was a retry of an operation that was carried out before.</param>
    public sealed record LimitSet(UserLimit Limit, bool Replayed) : SetLimitResult;

    /// <summary>The idempotency key belongs to another operation. The limit has not changed.</summary>
    public sealed record KeyReused : SetLimitResult;

    /// <summary>The change failed. Only of <see cref="StreamLimiter.SetLimitsAsync"/>.</summary>
    /// <param name="Cause">What <see cref="StreamLimiter.SetLimitAsync"/> would have thrown.</param>
    public sealed record Failed(Exception Cause) : SetLimitResult;
}
