using Microsoft.Extensions.Logging;

namespace StreamChecker.Http;

/// <summary>Logs what keeps the store from working: each reason once a minute while it lasts, however many calls it fails.</summary>
internal sealed partial class OutageLog(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    private readonly Lock adding = new();

    // When each reason was logged last. There are few.
    private readonly Dictionary<string, long> logged = [];

    /// <param name="reason">A sentence, the same for every call that it fails.</param>
    /// <param name="fault">What was thrown, where it was no outcome.</param>
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
