using Microsoft.Extensions.Options;
using StreamChecker.Partitions;

namespace StreamChecker;

/// <summary>
/// The one class that a program calls. For one user, what it answers is linearizable; it never admits more unexpired
/// leases than the user's limit.
/// </summary>
/// <remarks>
/// Every call may throw <see cref="StreamStoreUnavailableException"/>, where the store did not answer within the deadline,
/// and <see cref="ArgumentException"/>, where a text breaks the rule of <see cref="FieldText"/>.
/// </remarks>
public sealed class StreamLimiter(IStreamPartitions partitions, IOptions<StreamCheckerOptions> options, TimeProvider time, StreamTelemetry telemetry)
{
    // Nobody's partition: its name breaks the rule for user ids.
    private const string ProbedPartition = "\u0001probe";

    private readonly StreamCheckerOptions options = options.Value;
    private readonly PartitionRetries partitions = new(partitions, options.Value.Deadline, time, telemetry);

    /// <summary>Starts one more stream, if the user may have one.</summary>
    public async Task<StartResult> StartAsync(StartStream start, CancellationToken cancellationToken)
    {
        FieldText.ThrowIfFlawed(start.UserId, nameof(start.UserId));
        FieldText.ThrowIfFlawed(start.StreamId, nameof(start.StreamId));
        if (start.DeviceName is { } deviceName)
        {
            FieldText.ThrowIfFlawed(deviceName, nameof(start.DeviceName));
        }

        if (start.IdempotencyKey is { } key && IdempotencyKey.Flaw(key) is { } flaw)
        {
            throw new ArgumentException($"IdempotencyKey {flaw}.", nameof(start));
        }

        var recordKey = start.IdempotencyKey is null ? RecordKey.New() : RecordKey.For(start.UserId, start.IdempotencyKey);
        var command = new StartCommand
        {
            UserId = start.UserId,
            RecordId = recordKey.ToString(),
            StreamId = start.StreamId,
            DeviceName = start.DeviceName,
            LeaseMs = options.LeaseMilliseconds,
            DefaultLimit = options.MaxConcurrentStreams,
            Replace = start.Replace.Count == 0 ? null : [.. start.Replace.Select(id => new ReplaceOrder(id.UserId, id.Key.ToString()))],
            ReplaceOldest = start.OnLimit == OnLimit.ReplaceOldest,
            MayRepeat = start.IdempotencyKey is not null,
        };
        var (reply, retried) = await partitions.ExecuteAsync(command, cancellationToken);
        StartResult result = reply switch
        {
            // A replay that our own retry found is the answer that was lost, not a retry of the caller's.
            StreamReply.Admitted admitted => new StartResult.Admitted(
                new(
                    new StreamRecordId(start.UserId, admitted.Slot, recordKey),
                    start.UserId,
                    start.StreamId,
                    start.DeviceName,
                    Time(admitted.StartedAt),
                    Time(admitted.ExpiresAt)),
                admitted.Limit,
                admitted.Active,
                Records(start.UserId, admitted.Replaced),
                admitted.Replayed && !retried),
            StreamReply.LimitReached refusal => new StartResult.LimitReached(
                refusal.Limit,
                Records(start.UserId, refusal.Streams),
                refusal.RetryAfterMs is { } wait ? TimeSpan.FromMilliseconds(wait) : null),
            StreamReply.Ended ended => new StartResult.Ended(Ending(start.UserId, ended)),
            StreamReply.KeyReused => new StartResult.KeyReused(),
            StreamReply.ForeignReplacement => new StartResult.ForeignReplacement(),
            _ => throw Unexpected(reply),
        };
        telemetry.Started(result);
        return result;
    }

    /// <summary>Takes a heartbeat: the stream lives for another lease, if it is alive.</summary>
    public async Task<RenewResult> RenewAsync(StreamRecordId id, CancellationToken cancellationToken)
    {
        var command = new RenewCommand
        {
            UserId = id.UserId,
            Slot = id.Slot,
            RecordId = id.Key.ToString(),
            LeaseMs = options.LeaseMilliseconds,
            IntervalMs = options.HeartbeatIntervalSeconds * 1000L,
        };
        var (reply, _) = await partitions.ExecuteAsync(command, cancellationToken);
        RenewResult result = reply switch
        {
            StreamReply.Renewed renewed => new RenewResult.Alive(Record(id.UserId, renewed.Record)),
            StreamReply.Ended ended => new RenewResult.Ended(Ending(id.UserId, ended)),
            _ => throw Unexpected(reply),
        };
        telemetry.Renewed(result, written: reply is StreamReply.Renewed { Written: true });
        return result;
    }

    /// <summary>Ends a stream. False where it was over already.</summary>
    public async Task<bool> StopAsync(StreamRecordId id, CancellationToken cancellationToken) =>
        await StopAsync(new StopCommand { UserId = id.UserId, Slot = id.Slot, RecordId = id.Key.ToString() }, cancellationToken) > 0;

    /// <summary>Ends every stream of a user, and returns how many that were.</summary>
    public Task<int> StopAllAsync(string userId, CancellationToken cancellationToken)
    {
        FieldText.ThrowIfFlawed(userId, nameof(userId));
        return StopAsync(new StopAllCommand { UserId = userId }, cancellationToken);
    }

    /// <summary>Tells what a user has running.</summary>
    public async Task<ActiveStreams> ListAsync(string userId, CancellationToken cancellationToken)
    {
        var listed = await ReadAsync(userId, cancellationToken);
        return new(userId, listed.Limit, Records(userId, listed.Streams));
    }

    /// <summary>Tells how many streams a user may have.</summary>
    public async Task<UserLimit> GetLimitAsync(string userId, CancellationToken cancellationToken)
    {
        var listed = await ReadAsync(userId, cancellationToken);
        return new(userId, listed.Limit, listed.IsDefault);
    }

    /// <summary>
    /// Gives a user a limit of their own: 0 to 100, or null to go back to the default. A lowered limit ends nobody; it
    /// admits nobody until there is room.
    /// </summary>
    public async Task<UserLimit> SetLimitAsync(string userId, int? maxConcurrentStreams, CancellationToken cancellationToken)
    {
        FieldText.ThrowIfFlawed(userId, nameof(userId));
        if (maxConcurrentStreams is < 0 or > UserLimit.Largest)
        {
            throw new ArgumentOutOfRangeException(nameof(maxConcurrentStreams), maxConcurrentStreams, $"A limit is from 0 to {UserLimit.Largest}.");
        }

        var command = new SetLimitCommand
        {
            UserId = userId, MaxConcurrentStreams = maxConcurrentStreams, DefaultLimit = options.MaxConcurrentStreams,
        };
        var (reply, _) = await partitions.ExecuteAsync(command, cancellationToken);
        return reply is StreamReply.LimitSet set ? new(userId, set.Limit, set.IsDefault) : throw Unexpected(reply);
    }

    /// <summary>Runs the stored procedure once, on nobody's partition, to see that the store answers.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken) => ProbeAsync(0, cancellationToken);

    /// <summary>Runs the stored procedure once, on one of several partitions that are nobody's.</summary>
    internal Task ProbeAsync(int partition, CancellationToken cancellationToken) => partitions.ExecuteAsync(
        new ListCommand { UserId = partition == 0 ? ProbedPartition : ProbedPartition + partition, DefaultLimit = 0 }, cancellationToken);

    private async Task<StreamReply.Listed> ReadAsync(string userId, CancellationToken cancellationToken)
    {
        FieldText.ThrowIfFlawed(userId, nameof(userId));
        var command = new ListCommand { UserId = userId, DefaultLimit = options.MaxConcurrentStreams };
        var (reply, _) = await partitions.ExecuteAsync(command, cancellationToken);
        return reply as StreamReply.Listed ?? throw Unexpected(reply);
    }

    private async Task<int> StopAsync(StreamCommand command, CancellationToken cancellationToken)
    {
        var (reply, _) = await partitions.ExecuteAsync(command, cancellationToken);
        var count = (reply as StreamReply.Stopped ?? throw Unexpected(reply)).Count;
        telemetry.Stopped(count);
        return count;
    }

    private static StreamRecord Record(string userId, SlotView slot) => new(
        new StreamRecordId(userId, slot.Slot, RecordKey.Parse(slot.RecordId)),
        userId,
        slot.StreamId,
        slot.DeviceName,
        Time(slot.StartedAt),
        Time(slot.ExpiresAt));

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } some ? Time(some) : null;

    private static StreamRecord[] Records(string userId, IReadOnlyList<SlotView> slots) =>
        slots.Count == 0 ? [] : [.. slots.Select(slot => Record(userId, slot))];

    private static StreamEnding Ending(string userId, StreamReply.Ended reply) => new(
        reply.Reason,
        reply.By is { } by
            ? new ReplacingStream(new StreamRecordId(userId, by.Slot, RecordKey.Parse(by.RecordId)), by.StreamId, by.DeviceName)
            : null);

    private static StoredProcedureException Unexpected(StreamReply reply) =>
        new($"streams.js answered {reply.GetType().Name}, which is no answer to this command.");
}
