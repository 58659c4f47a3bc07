using StreamChecker.StoredProcedure;

namespace StreamChecker;

/// <summary>
/// Executes a command until its transaction is committed, within one deadline, for both stores. Every command can be retried
/// after any failure, including ambiguous ones: a start carries its record's key, <c>setLimit</c>, <c>stopAll</c> and <c>erase</c> carry an operation
/// ID, and the others are idempotent.
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
        using var timeout = new DeadlineToken(deadline, time, cancellationToken);
        var began = time.GetTimestamp();
        var inDoubt = false;
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var result = await partitions.ExecuteAsync(command, timeout.Value);
                operation.Executed(result);
                if (result is PartitionResult.Committed committed)
                {
                    return (committed.Reply, inDoubt);
                }

                inDoubt |= result is PartitionResult.Ambiguous;
                var pause = PauseAfter(result, attempt);
                if (MustNotRetry(result) || time.GetElapsedTime(began) + pause >= deadline)
                {
                    throw Unavailable(result, InDoubt(command, inDoubt));
                }

                await Task.Delay(pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            operation.Failed(nameof(StreamStoreUnavailableException));
            throw NoResponse(command);
        }
        catch (Exception failure)
        {
            operation.Failed(failure.GetType().Name);
            throw;
        }
    }

    /// <summary>
    /// Executes several commands, each until its transaction is committed, within one deadline for all. Returns the outcomes in the order
    /// of the commands.
    /// </summary>
    public async Task<IReadOnlyList<CommandOutcome>> ExecuteManyAsync(IReadOnlyList<StreamCommand> commands, CancellationToken cancellationToken)
    {
        if (commands.Count == 0)
        {
            return [];
        }

        using var operation = telemetry.BeginMany(commands);
        using var timeout = new DeadlineToken(deadline, time, cancellationToken);
        var began = time.GetTimestamp();
        var outcomes = new CommandOutcome[commands.Count];
        var isInDoubt = new bool[commands.Count];
        int[] waiting = [.. Enumerable.Range(0, commands.Count)];
        for (var attempt = 0; waiting.Length > 0; attempt++)
        {
            var running = partitions.ExecuteMany([.. waiting.Select(index => commands[index])], timeout.Value);
            var pause = TimeSpan.Zero;
            var repeatable = new List<(int Index, PartitionResult Result)>();
            for (var i = 0; i < waiting.Length; i++)
            {
                var index = waiting[i];
                try
                {
                    var result = await running[i];
                    operation.Executed(result);
                    isInDoubt[index] |= result is PartitionResult.Ambiguous;
                    if (result is PartitionResult.Committed committed)
                    {
                        outcomes[index] = new(committed.Reply, isInDoubt[index], null);
                    }
                    else if (MustNotRetry(result))
                    {
                        outcomes[index] = CommandOutcome.Failed(Unavailable(result, InDoubt(commands[index], isInDoubt[index])));
                    }
                    else
                    {
                        repeatable.Add((index, result));
                        pause = PauseAfter(result, attempt) is var longer && longer > pause ? longer : pause;
                    }
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    outcomes[index] = CommandOutcome.Failed(NoResponse(commands[index]));
                }
#pragma warning disable CA1031 // The fault of one command must not cost the others their outcomes; it is reported as this command's.
                catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    outcomes[index] = CommandOutcome.Failed(fault);
                }
            }

            if (repeatable.Count > 0 && time.GetElapsedTime(began) + pause < deadline)
            {
                await Task.Delay(pause, time, cancellationToken);
                waiting = [.. repeatable.Select(one => one.Index)];
            }
            else
            {
                repeatable.ForEach(one => outcomes[one.Index] = CommandOutcome.Failed(Unavailable(one.Result, InDoubt(commands[one.Index], isInDoubt[one.Index]))));
                waiting = [];
            }
        }

        if (outcomes.FirstOrDefault(outcome => outcome.Failure is not null).Failure is { } failure)
        {
            operation.Failed(failure.GetType().Name);
        }

        return outcomes;
    }

    /// <summary>Whether waiting within the deadline cannot help.</summary>
    private static bool MustNotRetry(PartitionResult result) =>
        result is PartitionResult.Unwritable || (result is PartitionResult.Throttled throttled && throttled.RetryAfter > LongestThrottle);

    private static TimeSpan PauseAfter(PartitionResult result, int attempt) =>
        Jitter(attempt) is var pause && result is PartitionResult.Throttled throttled && throttled.RetryAfter > pause ? throttled.RetryAfter : pause;

    private static TimeSpan Jitter(int attempt)
    {
        var most = FirstPause * Math.Pow(2, Math.Min(attempt, 16));
        return (most < LongestPause ? most : LongestPause) * Random.Shared.NextDouble();
    }

    /// <summary>Whether the command may have taken effect, given that an attempt may have been committed.</summary>
    private static bool InDoubt(StreamCommand command, bool tried) => tried && command is not (ListCommand or ExportCommand);

    private static StreamStoreUnavailableException NoResponse(StreamCommand command) =>
        Unavailable("The partition store did not respond in time.", InDoubt(command, tried: true));

    private static StreamStoreUnavailableException Unavailable(PartitionResult result, bool outcomeIsUnknown) => result switch
    {
        PartitionResult.Unwritable unwritable => Unavailable(unwritable.Reason, outcomeIsUnknown, unwritable.RetryAfter, unwritable.Reason),
        PartitionResult.Throttled throttled => Unavailable(result.Explain(), outcomeIsUnknown, throttled.RetryAfter),
        _ => Unavailable(result.Explain(), outcomeIsUnknown),
    };

    private static StreamStoreUnavailableException Unavailable(
        string message, bool outcomeIsUnknown, TimeSpan? retryAfter = null, string? obstacle = null) =>
        new(message, retryAfter > RetryAfterFailure ? retryAfter.Value : RetryAfterFailure) { OutcomeIsUnknown = outcomeIsUnknown, Obstacle = obstacle };
}

/// <summary>The outcome of one of several commands: the procedure's reply, or the exception of <see cref="PartitionRetries.ExecuteAsync"/>.</summary>
/// <param name="Reply">The reply; null if the command failed.</param>
/// <param name="InDoubt">Whether the outcome of an earlier attempt is unknown.</param>
/// <param name="Failure">The exception; null if there is a reply.</param>
internal readonly record struct CommandOutcome(StreamReply? Reply, bool InDoubt, Exception? Failure)
{
    public static CommandOutcome Failed(Exception failure) => new(null, false, failure);
}
