using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InProcessCosmos.Documents;

/// <summary>
/// The engine's time, in milliseconds since the epoch: the machine's clock, as long as that goes forwards. It never goes
/// back. Where the machine's clock is behind what was reached before, in this process or an earlier one, time goes on by the
/// monotonic clock, so that leases last as long as they should.
/// </summary>
internal sealed partial class EngineClock(TimeProvider time, ILogger? log = null)
{
    /// <summary>What NTP corrects without a step stays below this.</summary>
    private const long StepMs = 1000;

    private readonly ILogger logger = log ?? NullLogger.Instance;
    private readonly Lock reading = new();

    // A moment, and the monotonic clock's reading when it was reached.
    private long moment = long.MinValue;
    private long timestamp;

    // By how much the machine's clock was behind when that was last logged.
    private long loggedLag;

    public long Now()
    {
        lock (reading)
        {
            // Within the lock: a thread that waited for it would compare an old time of the machine with a newer reading of the monotonic clock.
            var machine = time.GetUtcNow().ToUnixTimeMilliseconds();

            // Not below zero: a test's time provider may set back its timestamps with its clock.
            var elapsed = Math.Max(0, (long)time.GetElapsedTime(timestamp).TotalMilliseconds);
            var expected = moment == long.MinValue ? machine : moment + elapsed;
            if (Math.Abs(expected - machine - loggedLag) >= StepMs)
            {
                LogStep(expected - machine);
            }

            if (machine >= expected)
            {
                (moment, timestamp) = (machine, time.GetTimestamp());
                return machine;
            }

            return expected;
        }
    }

    /// <summary>Takes up a time that was reached in an earlier process.</summary>
    public void NotBefore(long reached)
    {
        if (reached > Now())
        {
            lock (reading)
            {
                (moment, timestamp) = (reached, time.GetTimestamp());
            }
        }
    }

    private void LogStep(long lag)
    {
        if (lag >= StepMs)
        {
            LogBehind(TimeSpan.FromMilliseconds(lag));
            loggedLag = lag;
        }
        else
        {
            if (lag <= -StepMs)
            {
                LogForwards(TimeSpan.FromMilliseconds(-lag));
            }

            loggedLag = 0;
        }
    }

    [LoggerMessage(30, LogLevel.Warning,
        "The machine's clock is {Lag} behind the time that the data folder has reached. Leases last as long as they should; the times in responses are ahead of the machine's")]
    private partial void LogBehind(TimeSpan lag);

    [LoggerMessage(31, LogLevel.Warning, "The machine's clock stepped forwards by {Step}: leases that ended in between have lapsed")]
    private partial void LogForwards(TimeSpan step);
}
