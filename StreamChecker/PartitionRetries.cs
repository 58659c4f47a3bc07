using StreamChecker.StoredProcedure;

namespace StreamChecker;

/// <summary>
/// Executes a command until its transaction is committed, within one deadline, for both stores. Every command can be retried
/// after any failure, including ambiguous ones: a start carries its record's key, <c>setLimit</c> and <c>stopAll</c> carry an operation ID, and
/// <c>renew</c> and <c>stop</c> are idempotent.
/// </summary>
internal sealed class PartitionRetries(IStreamPartitions partitions, TimeSpan deadline, TimeProvider time, StreamTelemetry telemetry)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestThrottle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>Returns the procedure's reply, and whether the outcome of an earlier attempt is unknown.</summary>
    public async Task<(StreamReply Reply, bool InDoubt)> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken)
    {
        using var operation = telemetry.Begin(command);
        using var timeout = new CancellationTokenSource(deadline, time);
        using var abandonment = cancellationToken.UnsafeRegister(static timeout => ((CancellationTokenSource)timeout!).Cancel(), timeout);
        var began = time.GetTimestamp();
        var inDoubt = false;
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var result = await partitions.ExecuteAsync(command, timeout.Token);
                operation.Executed(result);
                if (result is PartitionResult.Committed committed)
                {
                    return (committed.Reply, inDoubt);
                }

                var pause = Jitter(attempt);
                switch (result)
                {
                    case PartitionResult.Ambiguous:
                        inDoubt = true;
                        break;

                    case PartitionResult.Unwritable unwritable:
                        throw Unavailable(unwritable.Reason, InDoubt(command, inDoubt), unwritable.RetryAfter, unwritable.Reason);

                    case PartitionResult.Throttled throttled when throttled.RetryAfter > LongestThrottle:
                        throw Unavailable(result.Explain(), InDoubt(command, inDoubt), throttled.RetryAfter);

                    case PartitionResult.Throttled throttled when throttled.RetryAfter > pause:
                        pause = throttled.RetryAfter;
                        break;
                }

                if (time.GetElapsedTime(began) + pause >= deadline)
                {
                    throw Unavailable(result.Explain(), InDoubt(command, inDoubt), (result as PartitionResult.Throttled)?.RetryAfter);
                }

                await Task.Delay(pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            operation.Failed(nameof(StreamStoreUnavailableException));
            throw Unavailable("The partition store did not respond in time.", InDoubt(command, tried: true));
        }
        catch (Exception failure)
        {
            operation.Failed(failure.GetType().Name);
            throw;
        }
    }

    private static TimeSpan Jitter(int attempt)
    {
        var most = FirstPause * Math.Pow(2, Math.Min(attempt, 16));
        return (most < LongestPause ? most : LongestPause) * Random.Shared.NextDouble();
    }

    /// <summary>Whether the command may have taken effect, given that an attempt may have been committed.</summary>
    private static bool InDoubt(StreamCommand command, bool tried) => tried && command is not ListCommand;

    private static StreamStoreUnavailableException Unavailable(
        string message, bool outcomeIsUnknown, TimeSpan? retryAfter = null, string? obstacle = null) =>
        new(message, retryAfter > RetryAfterFailure ? retryAfter.Value : RetryAfterFailure) { OutcomeIsUnknown = outcomeIsUnknown, Obstacle = obstacle };
}
