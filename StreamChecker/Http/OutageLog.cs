using Microsoft.Extensions.Logging;

namespace StreamChecker.Http;

/// <summary>Logs why the store does not work: each reason once per minute while it lasts, regardless of the number of failed requests.</summary>
internal sealed partial class OutageLog(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    private readonly Lock adding = new();

    // The time when each reason was last logged; there are few reasons.
    private readonly Dictionary<string, long> logged = [];

    /// <param name="reason">A sentence that is the same for every failed request.</param>
    /// <param name="fault">The exception, if the failure was unexpected.</param>
    public void Add(string reason, Exception? fault = null)
    {
        lock (adding)
        {
            if (logged.TryGetValue(reason, out var last) && time.GetElapsedTime(last) < Between)
            {
                return;
            }

            logged[reason] = time.GetTimestamp();
        }

        LogOutage(fault is null ? LogLevel.Warning : LogLevel.Error, reason, fault);
    }

    [LoggerMessage(EventId = 3, Message = "The store does not work: {Reason}")]
    private partial void LogOutage(LogLevel level, string reason, Exception? fault);
}
