using Microsoft.Extensions.ObjectPool;

namespace StreamChecker;

/// <summary>
/// A token that is cancelled at a deadline, or with the caller's own token. Its source is used again, since a new one needs a timer and a
/// list of registrations.
/// </summary>
internal readonly struct DeadlineToken : IDisposable
{
    private const int MostKept = 256;

    private static readonly DefaultObjectPool<CancellationTokenSource> Sources = new(new ResetPolicy(), MostKept);

    private readonly CancellationTokenSource source;
    private readonly CancellationTokenRegistration cancellation;

    /// <param name="deadline">The time until the token is cancelled.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public DeadlineToken(TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        source = Take(deadline, time);
        cancellation = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
    }

    /// <summary>The token. It must not be used after the operation has ended.</summary>
    public CancellationToken Value => source.Token;

    /// <summary>Ends the operation.</summary>
    public void Dispose()
    {
        cancellation.Dispose();
        Sources.Return(source);
    }

    private static CancellationTokenSource Take(TimeSpan deadline, TimeProvider time)
    {
        // A source can only be reset with the system's clock.
        if (time != TimeProvider.System)
        {
            return new(deadline, time);
        }

        var source = Sources.Get();
        source.CancelAfter(deadline);
        return source;
    }

    private sealed class ResetPolicy : PooledObjectPolicy<CancellationTokenSource>
    {
        public override CancellationTokenSource Create() => new();

        /// <summary>Returns false for a source that was cancelled.</summary>
        public override bool Return(CancellationTokenSource source)
        {
            var isReset = source.TryReset();
            if (!isReset)
            {
                source.Dispose();
            }

            return isReset;
        }
    }
}
