namespace StreamChecker;

/// <summary>What came of the wish to start a stream.</summary>
public abstract record StartResult
{
    private StartResult()
    {
    }

    /// <summary>The stream may play.</summary>
    /// <param name="Record">Its record.</param>
    /// <param name="Limit">How many streams the user may have at once.</param>
    /// <param name="Active">How many the user has now, this one included.</param>
    /// <param name="Replaced">The streams that this start ended; none in a replay.</param>
    /// <param name="Replayed">Whether this was a retry of a start that had been admitted before.</param>
    public sealed record Admitted(StreamRecord Record, int Limit, int Active, IReadOnlyList<StreamRecord> Replaced, bool Replayed) : StartResult;

    /// <summary>The user has as many streams as they may have. Nothing was recorded and nothing ended.</summary>
    /// <param name="Limit">How many streams the user may have at once.</param>
    /// <param name="Streams">What is active, oldest first.</param>
    /// <param name="RetryAfter">
    /// How long until enough leases could have lapsed; null where no lapse of a lease would make room.
    /// </param>
    public sealed record LimitReached(int Limit, IReadOnlyList<StreamRecord> Streams, TimeSpan? RetryAfter) : StartResult;

    /// <summary>This was a retry of a start that succeeded before and whose stream is over by now.</summary>
    /// <param name="Ending">How it ended.</param>
    public sealed record Ended(StreamEnding Ending) : StartResult;

    /// <summary>The idempotency key belongs to a start of another stream or on another device.</summary>
    public sealed record KeyReused : StartResult;

    /// <summary>A stream to be replaced belongs to another user. Nothing was recorded and nothing ended.</summary>
    public sealed record ForeignReplacement : StartResult;
}

/// <summary>What came of a heartbeat.</summary>
public abstract record RenewResult
{
    private RenewResult()
    {
    }

    /// <summary>The stream is alive.</summary>
    /// <param name="Record">Its record, with the time when it expires unless another heartbeat comes.</param>
    public sealed record Alive(StreamRecord Record) : RenewResult;

    /// <summary>The stream is over: the player must stop.</summary>
    /// <param name="Ending">How it ended.</param>
    public sealed record Ended(StreamEnding Ending) : RenewResult;
}

/// <summary>The result of ending every stream of a user.</summary>
public abstract record StopAllResult
{
    private StopAllResult()
    {
    }

    /// <summary>None is active.</summary>
    /// <param name="Count">How many streams the operation ended.</param>
    /// <param name="Replayed">Whether this was a retry of an operation that was carried out before.</param>
    public sealed record Stopped(int Count, bool Replayed) : StopAllResult;

    /// <summary>The idempotency key belongs to another operation. Nothing ended.</summary>
    public sealed record KeyReused : StopAllResult;
}

/// <summary>The result of giving a user a limit of their own, or of taking it away.</summary>
public abstract record SetLimitResult
{
    private SetLimitResult()
    {
    }

    /// <summary>The limit is set.</summary>
    /// <param name="Limit">The limit that the operation set.</param>
    /// <param name="Replayed">Whether this was a retry of an operation that was carried out before.</param>
    public sealed record LimitSet(UserLimit Limit, bool Replayed) : SetLimitResult;

    /// <summary>The idempotency key belongs to another operation. The limit is as it was.</summary>
    public sealed record KeyReused : SetLimitResult;
}
