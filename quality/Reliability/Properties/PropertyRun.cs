using StreamChecker.Reliability.Model;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Properties;

/// <summary>
/// Makes commands of steps, by what the model knows at that point: streams that live, ended or are forgotten, keys and
/// operations that were used, the moments when something changes.
/// </summary>
internal sealed class PropertyRun(string userId)
{
    public const int Kinds = 11;
    public const int Waits = 9;
    public const int Choices = 12;
    public const int Variants = 12;

    /// <summary>By how many milliseconds the clocks are wrong.</summary>
    public static readonly long[] Clocks = [0, -2_500, -25_000, -90_000, 2_500, 25_000, 90_000];

    private const long IntervalMs = 20_000;
    private static readonly string?[] Devices = ["this device", null, "that device", null, null];
    private static readonly Plan[] Plans =
    [
        Plan.OfLimit(3),
        new("family",
        [
            new() { Name = Plan.AllStreams, Limit = 5 },
            new() { Name = "uhd", Limit = 1, Where = Tagged("quality", "uhd"), OnLimit = OnLimit.ReplaceOldest },
            new() { Name = "same-title", Limit = 2, Per = "streamId" },
            new() { Name = "live", Limit = 1, Where = Tagged("type", "live", "event"), OnLimit = OnLimit.Reject },
            new() { Name = "places", Limit = 2, Distinct = "network", OnLimit = OnLimit.ReplaceOldest },
            new() { Name = "devices", Limit = 1, Distinct = "deviceId", Observe = true },
        ]),
        new("trial",
        [
            new() { Name = "hd", Limit = 0, Where = Tagged("quality", "hd", "uhd"), Require = ["quality"] },
            new() { Name = Plan.AllStreams, Limit = 1, Observe = true },
            new() { Name = "per-place", Limit = 2, Per = "network", OnLimit = OnLimit.ReplaceOldest },
            new() { Name = Plan.Maximum, Limit = 6 },
        ]),
    ];

    private static readonly long[] Leases = [60_000, 60_000, 60_500, 90_000, 0, 86_400_000, 45_000];

    private readonly List<(string Key, long StartedAt)> streams = [];
    private readonly Dictionary<string, StartCommand> starts = [];
    private readonly List<StreamCommand> operations = [];
    private string? erasing;
    private int made;

    public ModelPartition Partition { get; private set; } = ModelPartition.Empty;

    /// <summary>How long to wait before a step: often to the very moment when something changes, or a millisecond before or after.</summary>
    public long WaitBefore(CommandStep step, long now) => step.Wait switch
    {
        0 => 0,
        1 => 1,
        2 => IntervalMs / 2,
        3 or 4 or 5 => Math.Max(0, NextChange(now, step.Which) - now + step.Wait - 4),
        6 => 5_000,
        7 => StreamRules.RememberedAllMilliseconds + 1,
        _ => (StreamRules.RememberedSeconds * 1000) + 1_000,
    };

    public StreamCommand CommandOf(CommandStep step) => step.Kind switch
    {
        0 => Start(step),
        1 => Start(step) with { ReplaceOldest = true },
        2 => Start(step) with { Replace = [.. Enumerable.Range(0, 1 + (step.Variant % 2)).Select(next => Order(step, next))] },
        3 => new RenewCommand { UserId = userId, Key = Known(step).Key, StartedAt = Known(step).StartedAt, LeaseMs = Lease(step), IntervalMs = IntervalMs, Relaxed = Relaxed(step) },
        4 => new StopCommand { UserId = userId, Key = Known(step).Key, StartedAt = Known(step).StartedAt },
        5 => StopAll(step),
        6 or 7 => SetLimit(step),
        8 => new ListCommand { UserId = userId },
        9 when step.Variant < 4 => new EraseCommand { UserId = userId, OperationId = step.Variant == 0 && erasing is not null ? erasing : OperationId() },
        9 => new ExportCommand { UserId = userId },
        _ => new ForgetCommand { UserId = userId, OperationId = step.Variant > 0 && erasing is not null ? erasing : "another operation" },
    };

    /// <summary>What the model replies, and remembers.</summary>
    public StreamReply Expect(StreamCommand command, long now)
    {
        var before = Partition;
        (Partition, var reply) = StreamRules.Apply(Partition, command, now);
        switch (command, reply)
        {
            case (StartCommand start, StreamReply.Admitted { Replayed: false } admitted):
                AssertPromise(before, start, admitted);
                streams.Add((start.Key, admitted.StartedAt));
                starts[start.Key] = start;
                break;
            case (EraseCommand erase, _):
                erasing = erase.OperationId;
                break;
            case (StopAllCommand or SetLimitCommand, not StreamReply.KeyReused):
                operations.Add(command);
                break;
        }

        return reply;
    }

    /// <summary>After every admitted start all enforced rules hold, and no stream ended that could have stayed.</summary>
    private static void AssertPromise(ModelPartition before, StartCommand start, StreamReply.Admitted admitted)
    {
        var rules = new PlanRules(start, before.User?.Limit);
        var ended = admitted.Replaced.Select(replaced => replaced.Key).ToHashSet();
        var active = before.Records.Values.Where(record => record.Key != start.Key && record.IsActive(admitted.StartedAt) && !(record.GoneAt <= admitted.StartedAt)).ToList();
        var stay = active.FindAll(record => !ended.Contains(record.Key));
        Assert.Empty(rules.Violated(stay));
        foreach (var record in active.Where(record => ended.Contains(record.Key) && start.Replace is null && (record.DeviceId is null || record.DeviceId != start.DeviceId)))
        {
            Assert.NotEmpty(rules.Violated([.. stay, record]));
        }
    }

    private StartCommand Start(CommandStep step)
    {
        // Now and then a key that was used before, with the same parameters or with another one.
        if (step.Variant >= 8 && streams.Count > 0)
        {
            var first = starts[Known(step).Key] with { LeaseMs = Lease(step), IntervalMs = StartInterval(step), Relaxed = Relaxed(step), ReplaceOldest = false, Replace = null };
            return (step.Variant, step.Which % 2) switch
            {
                (8, 0) => first with { StreamId = "another film" },
                (8, 1) => first with { DeviceName = "television" },
                (9, 0) => first with { DeviceId = first.DeviceId is null ? Devices[0] : null },
                (9, 1) => first with { CountSameDevice = !first.CountSameDevice },
                (10, 0) => first with { Tags = null },
                (10, 1) => first with { Plan = Plans[1], PlanIsNamed = true },
                _ => first,
            };
        }

        return new()
        {
            UserId = userId,
            Key = KeyOf(++made),
            StreamId = step.Which % 4 == 3 ? "match" : "film",
            DeviceId = Devices[step.Which % Devices.Length],
            CountSameDevice = step.Variant % 4 == 3,
            LeaseMs = Lease(step),
            IntervalMs = StartInterval(step),
            Relaxed = Relaxed(step),
            Tags = Tags(step),
            Plan = step.Which % 5 == 4 ? Plans[step.Variant % Plans.Length] : Plans.First(plan => plan.Name == (Partition.User?.Plan ?? Plan.Default)),
            PlanIsNamed = step.Variant % 5 == 4,
        };
    }

    private static SortedDictionary<string, string>? Tags(CommandStep step)
    {
        SortedDictionary<string, string> tags = new(StringComparer.Ordinal);
        Add("quality", ["uhd", "hd", "sd", null], step.Which + step.Variant);
        Add("type", ["live", null, "event", null, null], step.Variant);
        Add("network", ["home", "hotel", "train", null, "office"], step.Which * 3);
        return tags.Count == 0 ? null : tags;

        void Add(string name, string?[] values, int choice)
        {
            if (values[choice % values.Length] is { } value)
            {
                tags.Add(name, value);
            }
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> Tagged(string name, params string[] values) => new() { [name] = values };

    /// <summary>One operation in three is a repeat, one in four of these with other parameters.</summary>
    private StreamCommand StopAll(CommandStep step) => Repeated(step) switch
    {
        null => new StopAllCommand { UserId = userId, OperationId = OperationId() },
        var repeated when step.Variant == 11 => new StopAllCommand { UserId = userId, OperationId = IdOf(repeated) },
        var repeated => repeated,
    };

    private StreamCommand SetLimit(CommandStep step) => Repeated(step) switch
    {
        null => NewLimit(step, OperationId()),
        var repeated when step.Variant == 11 => NewLimit(step, IdOf(repeated)),
        var repeated => repeated,
    };

    private SetLimitCommand NewLimit(CommandStep step, string operationId) => new()
    {
        UserId = userId,
        Change = step.Which switch
        {
            < 5 => LimitChange.ToLimit(step.Which),
            5 => LimitChange.ToLimit(null),
            6 => LimitChange.Reset,
            7 => new(new(4), new("family")),
            var which => LimitChange.ToPlan((which % 4) switch { 0 => "family", 1 => "trial", 2 => "family", _ => null }),
        },
        OperationId = operationId,
    };

    private StreamCommand? Repeated(CommandStep step) => step.Variant >= 8 && operations.Count > 0 ? operations[^(1 + (step.Which % operations.Count))] : null;

    private static string IdOf(StreamCommand operation) => operation is StopAllCommand stopAll ? stopAll.OperationId : ((SetLimitCommand)operation).OperationId;

    private string OperationId() => $"operation {++made}";

    private ReplaceOrder Order(CommandStep step, int next)
    {
        var (key, startedAt) = streams.Count == 0 ? (KeyOf(0), 0) : streams[^(1 + ((step.Which + next) % streams.Count))];
        return new(step.Variant == 11 ? "somebody else" : userId, key, startedAt - (step.Variant == 10 ? 1 : 0));
    }

    private (string Key, long StartedAt) Known(CommandStep step) => streams.Count == 0 ? (KeyOf(0), 0) : streams[^(1 + (step.Which % streams.Count))];

    private static long Lease(CommandStep step) => Leases[step.Variant % Leases.Length];

    /// <summary>A start names the interval only where there are two.</summary>
    private static long StartInterval(CommandStep step) => Relaxed(step) is null ? 0 : IntervalMs;

    /// <summary>Half of the instances have two speeds, as during a rollout.</summary>
    private static RelaxedSpeed? Relaxed(CommandStep step) => step.Which % 2 == 0 || Lease(step) == 0 ? null : new(400_000, 130_000);

    /// <summary>The order of the keys is not that of the starts.</summary>
    private static string KeyOf(int number) => new RecordKey(new UInt128((ulong)number * 0x9E3779B97F4A7C15, (ulong)number)).ToString();

    private long NextChange(long now, int which)
    {
        var moments = Partition.Records.Values.SelectMany(record => new[]
            {
                record.Ending is null ? record.ExpiresAt : record.Ending.At + StreamRules.RememberedAllMilliseconds,
                record.GoneAt,
                record.Ending is null ? record.RenewedAt + (long)StreamRules.DueAfter(record.LeaseMs, record.IntervalMs ?? IntervalMs) : null,
            })
            .OfType<long>().Where(moment => moment > now).Order().ToList();
        return moments.Count == 0 ? now : moments[which % Math.Min(moments.Count, 4)];
    }
}
