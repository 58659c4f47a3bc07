using StreamChecker.Partitions;
using StreamChecker.Tests.Reliability.Model;

namespace StreamChecker.Tests.Reliability.Properties;

/// <summary>
/// Makes commands of steps, by what the model knows at that point: streams that live or ended, keys that were used, the
/// moments when something lapses.
/// </summary>
internal sealed class PropertyRun(string userId)
{
    public const int Kinds = 8;
    public const int Waits = 9;

    private const int DefaultLimit = 3;
    private const long IntervalMs = 20_000;
    private static readonly long[] Leases = [60_000, 60_000, 60_500, 90_000, 0, 86_400_000];

    private readonly List<(int Slot, string RecordId)> known = [];
    private int started;

    public ModelPartition Partition { get; private set; } = ModelPartition.Empty;

    /// <summary>How long to wait before a step: often to the very moment when something changes, or a millisecond beside it.</summary>
    public long WaitBefore(CommandStep step, long now) => step.Wait switch
    {
        0 => 0,
        1 => 1,
        2 => IntervalMs / 2,
        3 or 4 or 5 => Math.Max(0, NextChange(now) - now + step.Wait - 4),
        6 => StreamRules.SettleMilliseconds,
        7 => 61_000,
        _ => 601_000,
    };

    public StreamCommand CommandOf(CommandStep step) => step.Kind switch
    {
        0 => Start(step),
        1 => Start(step) with { ReplaceOldest = true },
        2 => Start(step) with { Replace = [.. Enumerable.Range(0, 1 + (step.Variant % 2)).Select(next => Order(step.Which + next, step.Variant))] },
        3 => new RenewCommand { UserId = userId, Slot = Known(step).Slot, RecordId = Known(step).RecordId, LeaseMs = Lease(step), IntervalMs = IntervalMs },
        4 => new StopCommand { UserId = userId, Slot = Known(step).Slot, RecordId = Known(step).RecordId },
        5 when step.Variant > 8 => new StopAllCommand { UserId = userId },
        5 or 6 => new SetLimitCommand { UserId = userId, DefaultLimit = DefaultLimit, MaxConcurrentStreams = step.Which < 5 ? step.Which : null },
        _ => new ListCommand { UserId = userId, DefaultLimit = DefaultLimit },
    };

    /// <summary>What the model answers, and remembers.</summary>
    public StreamReply Expect(StreamCommand command, long now)
    {
        (Partition, var reply) = StreamRules.Apply(Partition, command, now);
        if (reply is StreamReply.Admitted { Replayed: false } admitted)
        {
            known.Add((admitted.Slot, ((StartCommand)command).RecordId));
        }

        return reply;
    }

    private StartCommand Start(CommandStep step)
    {
        // Now and then a key that was used before, with the same stream or with another one.
        var reuse = step.Variant is 9 or 10 && known.Count > 0;
        var number = reuse ? -1 : ++started;
        return new()
        {
            UserId = userId,
            RecordId = reuse ? Known(step).RecordId : RecordIdOf(number),
            StreamId = reuse && step.Variant == 9 ? "another film" : "film",
            DeviceName = step.Which % 2 == 0 ? "television" : null,
            LeaseMs = Lease(step),
            DefaultLimit = DefaultLimit,
            MayRepeat = step.Which > 2,
        };
    }

    private ReplaceOrder Order(int which, int variant) =>
        new(variant == 11 ? "somebody else" : userId, known.Count == 0 ? RecordIdOf(0) : known[^(1 + (which % known.Count))].RecordId);

    private (int Slot, string RecordId) Known(CommandStep step) => known.Count == 0 ? (0, RecordIdOf(0)) : known[^(1 + (step.Which % known.Count))];

    private static long Lease(CommandStep step) => Leases[step.Variant % Leases.Length];

    private static string RecordIdOf(int number) => new RecordKey((UInt128)number).ToString();

    private long NextChange(long now)
    {
        var moments = Partition.At(now).Slots.Values.Select(slot => slot.Stream).OfType<ModelStream>()
            .SelectMany(stream => new[] { stream.ExpiresAt, stream.ExpiresAt + StreamRules.SettleMilliseconds })
            .OfType<long>().Where(moment => moment > now);
        return moments.DefaultIfEmpty(now).Min();
    }
}
