using Microsoft.Extensions.Options;
using StreamChecker.Partitions;

namespace StreamChecker;

/// <summary>
/// The one class that a program calls. For one user, what it answers is linearizable; it never admits more unexpired
/// leases than the user's limit.
/// </summary>
public sealed class StreamLimiter(IStreamPartitions partitions, IOptions<StreamCheckerOptions> options, TimeProvider time)
{
    private readonly StreamCheckerOptions options = options.Value;
    private readonly PartitionRetries partitions = new(partitions, options.Value.Deadline, time);

    /// <summary>Starts one more stream, if the user may have one.</summary>
    /// <exception cref="StreamStoreUnavailableException">The store did not answer within the deadline.</exception>
    /// <exception cref="ArgumentException">A text of the wish breaks the rule of <see cref="FieldText"/>.</exception>
    public async Task<StartResult> StartAsync(StartStream start, CancellationToken cancellationToken)
    {
        FieldText.ThrowIfFlawed(start.UserId, nameof(start.UserId));
        FieldText.ThrowIfFlawed(start.StreamId, nameof(start.StreamId));
        if (start.DeviceName is { } deviceName)
        {
            FieldText.ThrowIfFlawed(deviceName, nameof(start.DeviceName));
        }

        var command = new StartCommand
        {
            UserId = start.UserId,
            RecordId = RecordKey.New().ToString(),
            StreamId = start.StreamId,
            DeviceName = start.DeviceName,
            LeaseMs = options.LeaseMilliseconds,
            DefaultLimit = options.MaxConcurrentStreams,
        };
        return await partitions.ExecuteAsync(command, cancellationToken) switch
        {
            StreamReply.Admitted reply => new StartResult.Admitted(Record(start.UserId, reply.Record), reply.Limit, reply.Active),
            StreamReply.LimitReached reply => new StartResult.LimitReached(
                reply.Limit,
                [.. reply.Streams.Select(stream => Record(start.UserId, stream))],
                reply.RetryAfterMs is { } wait ? TimeSpan.FromMilliseconds(wait) : null),
            StreamReply.Ended reply => new StartResult.Ended(Ending(start.UserId, reply)),
            var reply => throw Unexpected(reply),
        };
    }

    private static StreamRecord Record(string userId, SlotView slot) => new(
        new StreamRecordId(userId, slot.Slot, RecordKey.Parse(slot.RecordId)),
        userId,
        slot.StreamId,
        slot.DeviceName,
        DateTimeOffset.FromUnixTimeMilliseconds(slot.StartedAt),
        slot.ExpiresAt is { } expiresAt ? DateTimeOffset.FromUnixTimeMilliseconds(expiresAt) : null);

    private static StreamEnding Ending(string userId, StreamReply.Ended reply) => new(
        reply.Reason,
        reply.By is { } by
            ? new ReplacingStream(new StreamRecordId(userId, by.Slot, RecordKey.Parse(by.RecordId)), by.StreamId, by.DeviceName)
            : null);

    private static StoredProcedureException Unexpected(StreamReply reply) =>
        new($"streams.js answered {reply.GetType().Name}, which is no answer to this command.");
}
