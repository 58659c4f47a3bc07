using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StreamChecker.Http;

namespace StreamChecker.Reliability.Workloads;

/// <summary>Keeps what the service logs as a failure of its own, so that a test can report why there was a 500.</summary>
internal sealed class FailureLog : ILogger<StreamApi>
{
    private readonly ConcurrentQueue<Exception> failures = new();

    public IReadOnlyCollection<Exception> Failures => failures;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null)
        {
            failures.Enqueue(exception);
        }
    }
}
