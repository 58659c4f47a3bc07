namespace StreamChecker.Http;

/// <summary>
/// Limits concurrent requests; requests over the limit get an immediate 503, so that accepted requests keep their latency. A
/// request counts once its body has arrived.
/// </summary>
/// <param name="most">The limit.</param>
public sealed class CallLimit(int most)
{
    private readonly int most = most;
    private int atWork;

    /// <summary>No limit, for a host behind a platform that has one.</summary>
    public static CallLimit None => new(int.MaxValue);

    /// <summary>Takes a place if there is one; disposing the value returns it.</summary>
    internal Place Enter() => new(this);

    internal readonly struct Place : IDisposable
    {
        private readonly CallLimit limit;

        public Place(CallLimit limit)
        {
            this.limit = limit;
            IsTaken = Interlocked.Increment(ref limit.atWork) <= limit.most;
        }

        public bool IsTaken { get; }

        public void Dispose() => Interlocked.Decrement(ref limit.atWork);
    }
}
