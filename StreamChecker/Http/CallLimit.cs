namespace StreamChecker.Http;

/// <summary>
/// How many calls may be at work at a time: a call over the limit is refused at once, so that those at work keep their
/// latency. A call is at work once its body is there; a body that comes slowly takes no place.
/// </summary>
/// <param name="most">The limit.</param>
public sealed class CallLimit(int most)
{
    private readonly int most = most;
    private int atWork;

    /// <summary>No limit: the platform in front of the host has one.</summary>
    public static CallLimit None => new(int.MaxValue);

    /// <summary>Takes a place, if there is one. It is given back when the value is disposed.</summary>
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
