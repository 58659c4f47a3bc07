using StreamChecker.Reliability.Procedures;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Operations;

/// <summary>A partition in which operations go wrong: what has happened in it before a moment.</summary>
internal sealed record PartitionState(string Name, Func<long, IReadOnlyList<(StreamCommand Command, long Moment)>> Before)
{
    private const int DefaultLimit = 2;
    private const long LeaseMs = 90_000;
    private const long IntervalMs = 30_000;
    private const int Retried = 20;

    public static IReadOnlyList<PartitionState> All { get; } =
    [
        new("empty", _ => []),
        new("one stream", now => [(Start(1), now - 50_000)]),
        new("full", now => [(Start(1), now - 50_000), (Start(2), now - 40_000)]),
        new("one lapsed", now => [(Start(1), now - LeaseMs), (Start(2), now - 40_000)]),
        new("both lapsed", now => [(Start(1), now - LeaseMs - 1), (Start(2), now - LeaseMs)]),
        new("one stopped", now => [(Start(1), now - 50_000), (Start(2), now - 40_000), (Stop(1, now - 50_000), now - 30_000)]),
        new("all stopped", now => [(Start(1), now - 50_000), (Start(2), now - 40_000), (StopAll("earlier"), now - 30_000)]),
        new("until stopped", now => [(Start(1) with { LeaseMs = 0 }, now - 50_000), (Start(2), now - 40_000)]),
        new("above a lowered limit", now => [(Start(1), now - 50_000), (Start(2), now - 40_000), (Limit(1, "earlier"), now - 30_000)]),
        new("one of three is the user's own limit", now => [(Limit(3, "earlier"), now - 60_000), (Start(1), now - 50_000)]),
        new("full of three", now => [(Limit(3, "earlier"), now - 60_000), (Start(1), now - 50_000), (Start(2), now - 40_000), (Start(3), now - 30_000)]),
        new("the retried start has run", now => [(Start(Retried), now - 50_000)]),
        new("the retried start has replaced", now => [(Start(1), now - 50_000), (Start(2), now - 40_000), (Start(Retried) with { ReplaceOldest = true }, now - 20_000)]),
        new("one on the device", now => [(Start(1) with { DeviceId = "device" }, now - 50_000), (Start(2), now - 40_000)]),
        new("the retried start has lapsed", now => [(Start(Retried), now - LeaseMs)]),
        new("the retried operations have run", now => [(Start(1), now - 50_000), (StopAll("retried stop"), now - 40_000), (Limit(1, "retried limit"), now - 30_000)]),
        new("erased", now => [(Start(1), now - 50_000), (new EraseCommand { UserId = ProcedureMachine.User, OperationId = "retried erase" }, now - 40_000)]),
        new("more is remembered than must be", now =>
        [
            .. Enumerable.Range(40, 12).SelectMany<int, (StreamCommand, long)>(number => Ended(number, now - 140_000 + (number * 1_000))),
            (Start(1), now - 88_000),
        ]),
    ];

    /// <summary>Every command, by what was started when.</summary>
    public static IEnumerable<StreamCommand> Commands(IReadOnlyDictionary<string, long> startedAt)
    {
        var (first, second) = (startedAt.GetValueOrDefault(Key(1)), startedAt.GetValueOrDefault(Key(2)));
        return
        [
            Start(11),
            Start(11) with { ReplaceOldest = true },
            Start(11) with { Replace = [new(ProcedureMachine.User, Key(1), first)] },
            Start(11) with { Replace = [new(ProcedureMachine.User, Key(1), first), new(ProcedureMachine.User, Key(2), second)] },
            Start(Retried),
            Start(11) with { DeviceId = "device" },
            Start(Retried) with { DeviceName = "television" },
            Start(Retried) with { DeviceId = "device" },
            Renew(1, first),
            Renew(1, first) with { LeaseMs = 0 },
            Renew(2, second),
            Stop(1, first),
            Stop(2, second),
            StopAll("stop"),
            StopAll("retried stop"),
            Limit(0, "limit"),
            Limit(1, "retried limit"),
            Limit(null, "limit"),
            new ExportCommand { UserId = ProcedureMachine.User },
            new EraseCommand { UserId = ProcedureMachine.User, OperationId = "erase" },
            new EraseCommand { UserId = ProcedureMachine.User, OperationId = "retried erase" },
            new ForgetCommand { UserId = ProcedureMachine.User, OperationId = "retried erase" },
            new ListCommand { UserId = ProcedureMachine.User },
        ];
    }

    private static IEnumerable<(StreamCommand, long)> Ended(int number, long startedAt) => [(Start(number), startedAt), (Stop(number, startedAt), startedAt + 500)];

    private static StartCommand Start(int number) =>
        new() { UserId = ProcedureMachine.User, Key = Key(number), StreamId = "film", LeaseMs = LeaseMs, Plan = Plan.OfLimit(DefaultLimit) };

    private static StopCommand Stop(int number, long startedAt) => new() { UserId = ProcedureMachine.User, Key = Key(number), StartedAt = startedAt };

    private static RenewCommand Renew(int number, long startedAt) =>
        new() { UserId = ProcedureMachine.User, Key = Key(number), StartedAt = startedAt, LeaseMs = LeaseMs, IntervalMs = IntervalMs };

    private static StopAllCommand StopAll(string operation) => new() { UserId = ProcedureMachine.User, OperationId = operation };

    private static SetLimitCommand Limit(int? limit, string operation) =>
        new() { UserId = ProcedureMachine.User, Change = LimitChange.ToLimit(limit), OperationId = operation };

    private static string Key(int number) => new RecordKey((UInt128)number).ToString();
}
