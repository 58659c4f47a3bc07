using StreamChecker.Partitions;

namespace StreamChecker.Tests.Reliability.Model;

/// <summary>
/// The rules of the design and of docs/decisions, written once more, as a pure function: a partition, a command and a
/// moment make an answer and another partition. The moments of one partition's commands never go back.
/// </summary>
internal static class StreamRules
{
    public const int SettleMilliseconds = 10_000;

    private const int RememberedSeconds = 600;

    public static (ModelPartition After, StreamReply Reply) Apply(ModelPartition before, StreamCommand command, long now)
    {
        var partition = before.At(now);
        return command switch
        {
            StartCommand start => Start(partition, start, now),
            RenewCommand renew => Renew(partition, renew, now),
            StopCommand stop => Stop(partition, stop, now),
            StopAllCommand => StopAll(partition, now),
            ListCommand list => (partition, new StreamReply.Listed(
                partition.OwnLimit ?? list.DefaultLimit, partition.OwnLimit is null, [.. Active(partition, now).Select(View)])),
            SetLimitCommand set => SetLimit(partition, set, now),
            _ => throw new ArgumentException($"The model does not know {command}.", nameof(command)),
        };
    }

    private static (ModelPartition, StreamReply) Start(ModelPartition partition, StartCommand start, long now)
    {
        var limit = partition.OwnLimit ?? start.DefaultLimit;
        var active = Active(partition, now);
        if (Retry(partition, start, limit, active, now) is { } answer)
        {
            return (partition, answer);
        }

        var named = start.Replace ?? [];
        if (named.Any(order => order.UserId != start.UserId))
        {
            return (partition, new StreamReply.ForeignReplacement());
        }

        var chosen = active.Where(entry => named.Any(order => order.RecordId == entry.Stream.RecordId)).ToList();
        if (start.ReplaceOldest)
        {
            var others = active.Except(chosen).ToList();
            chosen.AddRange(others.Take(others.Count - limit + 1));
        }

        if (active.Count - chosen.Count >= limit)
        {
            return (partition, Refusal(limit, active, now));
        }

        var slot = LowestFreeSlot(partition, now);
        var replaced = new ModelEnding(StreamEndReason.Replaced, now, new(slot, start.RecordId, start.StreamId, start.DeviceName));
        var after = WriteOffLapsing(partition, now);
        foreach (var (number, _) in chosen)
        {
            after = End(after, number, replaced, now);
        }

        if (start.MayRepeat)
        {
            after = TouchOlderChoices(after, partition, slot, now);
        }

        var left = after.Slots.GetValueOrDefault(slot)?.Stream;
        var stream = new ModelStream(start.RecordId, start.StreamId, start.DeviceName, now, Lapse(start.LeaseMs, now));
        after = after.With(slot, ModelSlot.Written(
            stream, left is null ? null : new(left.RecordId, left.EndingNow), Kept(start.LeaseMs), now));
        return (after, new StreamReply.Admitted(
            false, slot, stream.StartedAt, stream.ExpiresAt, limit, active.Count - chosen.Count + 1, [.. chosen.Select(View)]));
    }

    /// <summary>The answer to a start that this partition remembers; null for a new one.</summary>
    private static StreamReply? Retry(
        ModelPartition partition, StartCommand start, int limit, List<(int Slot, ModelStream Stream)> active, long now)
    {
        foreach (var (number, slot) in partition.Slots)
        {
            if (slot.Stream is { } stream && stream.RecordId == start.RecordId)
            {
                return !stream.IsActive(now) ? Over(stream.EndingNow)
                    : stream.StreamId != start.StreamId || stream.DeviceName != start.DeviceName ? new StreamReply.KeyReused()
                    : new StreamReply.Admitted(true, number, stream.StartedAt, stream.ExpiresAt, limit, active.Count, []);
            }

            if (slot.Previous is { } previous && previous.RecordId == start.RecordId)
            {
                return Over(previous.Ending);
            }
        }

        return null;
    }

    private static StreamReply.LimitReached Refusal(int limit, List<(int Slot, ModelStream Stream)> active, long now)
    {
        // So many leases must lapse before one more stream has room.
        var tooMany = active.Count - limit + 1;
        var lapses = active.Select(entry => entry.Stream.ExpiresAt).OfType<long>().Order().ToList();
        return new(limit, [.. active.Select(View)], limit > 0 && lapses.Count >= tooMany ? lapses[tooMany - 1] - now : null);
    }

    private static (ModelPartition, StreamReply) Renew(ModelPartition partition, RenewCommand renew, long now)
    {
        if (Alive(partition, renew.Slot, renew.RecordId, now) is not { } stream)
        {
            return (partition, HowItEnded(partition, renew.Slot, renew.RecordId));
        }

        if (!MustWrite(stream, renew, now))
        {
            return (partition, new StreamReply.Renewed(false, View((renew.Slot, stream))));
        }

        var renewed = stream with { ExpiresAt = Lapse(renew.LeaseMs, now) };
        var written = ModelSlot.Written(renewed, partition.Slots[renew.Slot].Previous, Kept(renew.LeaseMs), now);
        return (partition.With(renew.Slot, written), new StreamReply.Renewed(true, View((renew.Slot, renewed))));
    }

    /// <summary>A heartbeat is left out where little of the lease has run down, and two more intervals fit in: decision 2.</summary>
    private static bool MustWrite(ModelStream stream, RenewCommand renew, long now)
    {
        if (renew.LeaseMs == 0)
        {
            return stream.ExpiresAt is not null;
        }

        var ranDown = stream.ExpiresAt - now <= renew.LeaseMs - (renew.IntervalMs / 2.0);
        var oneMoreWouldBeTooLate = stream.ExpiresAt - now <= 2 * renew.IntervalMs;
        return stream.ExpiresAt is null || ranDown || oneMoreWouldBeTooLate;
    }

    private static (ModelPartition, StreamReply) Stop(ModelPartition partition, StopCommand stop, long now)
    {
        if (Alive(partition, stop.Slot, stop.RecordId, now) is not null)
        {
            return (End(partition, stop.Slot, new(StreamEndReason.Stopped, now), now), new StreamReply.Stopped(1));
        }

        var stream = partition.Slots.GetValueOrDefault(stop.Slot)?.Stream;
        var after = stream is not null && stream.RecordId == stop.RecordId && stream.IsLapsing(now)
            ? End(partition, stop.Slot, stream.EndingNow, now)
            : partition;
        return (after, new StreamReply.Stopped(0));
    }

    private static (ModelPartition, StreamReply) StopAll(ModelPartition partition, long now)
    {
        var active = Active(partition, now);
        var after = active.Aggregate(
            WriteOffLapsing(partition, now), (so, entry) => End(so, entry.Slot, new(StreamEndReason.Stopped, now), now));
        return (after, new StreamReply.Stopped(active.Count));
    }

    private static (ModelPartition, StreamReply) SetLimit(ModelPartition partition, SetLimitCommand set, long now)
    {
        var next = set.MaxConcurrentStreams ?? set.DefaultLimit;
        var free = LowestFreeSlot(partition, now);
        var after = next == (partition.OwnLimit ?? set.DefaultLimit)
            ? partition
            : TouchOlderChoices(Touch(WriteOffLapsing(partition, now), free, now), partition, free, now);
        return (after.WithLimit(set.MaxConcurrentStreams), new StreamReply.LimitSet(next, set.MaxConcurrentStreams is null));
    }

    /// <summary>Writes a slot as it was, so that whoever else writes it collides.</summary>
    private static ModelPartition Touch(ModelPartition partition, int number, long now) =>
        partition.With(number, partition.Slots.TryGetValue(number, out var slot)
            ? ModelSlot.Written(slot.Stream, slot.Previous, slot.KeptSeconds, now)
            : ModelSlot.Written(null, null, RememberedSeconds, now));

    /// <summary>Touches all other slots that were the lowest free one, for somebody, a moment ago: decision 3.</summary>
    private static ModelPartition TouchOlderChoices(ModelPartition after, ModelPartition before, int slot, long now)
    {
        var settled = Lowest(before, stream => !stream.IsActive(now) && !stream.IsLapsing(now) && !stream.IsSettling(now));
        return before.Slots.Where(other => other.Value.Stream?.IsSettling(now) is true).Select(other => other.Key).Append(settled)
            .Where(number => number != slot)
            .Aggregate(after, (so, number) => Touch(so, number, now));
    }

    private static int LowestFreeSlot(ModelPartition partition, long now) =>
        Lowest(partition, stream => !stream.IsActive(now) && !stream.IsLapsing(now));

    private static int Lowest(ModelPartition partition, Func<ModelStream, bool> isFree)
    {
        var number = 0;
        while (partition.Slots.GetValueOrDefault(number)?.Stream is { } stream && !isFree(stream))
        {
            number++;
        }

        return number;
    }

    private static ModelPartition WriteOffLapsing(ModelPartition partition, long now) =>
        partition.Slots.Where(slot => slot.Value.Stream?.IsLapsing(now) is true)
            .Aggregate(partition, (so, slot) => End(so, slot.Key, slot.Value.Stream!.EndingNow, now));

    private static ModelPartition End(ModelPartition partition, int number, ModelEnding ending, long now)
    {
        var slot = partition.Slots[number];
        return partition.With(number, ModelSlot.Written(slot.Stream! with { Ending = ending }, slot.Previous, RememberedSeconds, now));
    }

    private static ModelStream? Alive(ModelPartition partition, int number, string recordId, long now) =>
        partition.Slots.GetValueOrDefault(number)?.Stream is { } stream && stream.RecordId == recordId && stream.IsActive(now) ? stream : null;

    private static StreamReply.Ended HowItEnded(ModelPartition partition, int number, string recordId)
    {
        var slot = partition.Slots.GetValueOrDefault(number);
        return slot?.Stream?.RecordId == recordId ? Over(slot.Stream.EndingNow)
            : slot?.Previous?.RecordId == recordId ? Over(slot.Previous.Ending)
            : new(StreamEndReason.Unknown, null);
    }

    private static StreamReply.Ended Over(ModelEnding ending) => new(ending.Reason, ending.By);

    private static List<(int Slot, ModelStream Stream)> Active(ModelPartition partition, long now) =>
        [.. partition.Slots.Where(slot => slot.Value.Stream?.IsActive(now) is true)
            .Select(slot => (slot.Key, Stream: slot.Value.Stream!)).OrderBy(entry => entry.Stream.StartedAt).ThenBy(entry => entry.Key)];

    private static SlotView View((int Slot, ModelStream Stream) entry) => new(
        entry.Slot, entry.Stream.RecordId, entry.Stream.StreamId, entry.Stream.DeviceName, entry.Stream.StartedAt, entry.Stream.ExpiresAt);

    private static long? Lapse(long leaseMs, long now) => leaseMs == 0 ? null : now + leaseMs;

    private static int? Kept(long leaseMs) => leaseMs == 0 ? null : (int)Math.Ceiling(leaseMs / 1000.0) + RememberedSeconds;
}
