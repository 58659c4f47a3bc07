namespace StreamChecker;

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
