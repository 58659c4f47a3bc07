using StreamChecker.Partitions;

namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>The commands that race, all of one user.</summary>
internal static class RaceCommands
{
    public const string User = "anna";
    public const int DefaultLimit = 2;
    public const long LeaseMs = 90_000;
    public const long IntervalMs = 30_000;

    /// <summary>The first streams, in slots 0, 1 and 2, as the states make them.</summary>
    public static readonly string[] First = [Record(1), Record(2), Record(3)];

    /// <summary>Every command that two or three may be taken of. The same key twice is two tries of one start.</summary>
    public static IReadOnlyList<(string Name, StreamCommand Command)> All { get; } =
    [
        ("start", Start(11)),
        ("another start", Start(12)),
        ("start that replaces the oldest", Start(13) with { ReplaceOldest = true }),
        ("start that replaces slot 0", Start(14) with { Replace = [Order(0)] }),
        ("start that replaces slot 1", Start(15) with { Replace = [Order(1)] }),
        ("keyed start", Keyed()),
        ("keyed start that replaces the oldest", Keyed() with { ReplaceOldest = true }),
        ("keyed start that replaces slot 0", Keyed() with { Replace = [Order(0)] }),
        ("keyed start that replaces slot 1", Keyed() with { Replace = [Order(1)] }),
        ("heartbeat of slot 0", Renew(0)),
        ("heartbeat of slot 1", Renew(1)),
        ("heartbeat of slot 2", Renew(2)),
        ("stop of slot 0", Stop(0)),
        ("stop of slot 1", Stop(1)),
        ("stop of all", new StopAllCommand { UserId = User }),
        ("limit 0", Limit(0)),
        ("limit 1", Limit(1)),
        ("limit 3", Limit(3)),
        ("limit by default", Limit(null)),
    ];

    public static StartCommand Start(int number, long leaseMs = LeaseMs) =>
        new() { UserId = User, RecordId = Record(number), StreamId = "film", LeaseMs = leaseMs, DefaultLimit = DefaultLimit };

    /// <summary>A start that its caller named a key for.</summary>
    public static StartCommand Keyed() => Start(20) with { MayRepeat = true };

    public static StopCommand Stop(int slot) => new() { UserId = User, Slot = slot, RecordId = First[slot] };

    public static RenewCommand Renew(int slot) =>
        new() { UserId = User, Slot = slot, RecordId = First[slot], LeaseMs = LeaseMs, IntervalMs = IntervalMs };

    public static SetLimitCommand Limit(int? limit) => new() { UserId = User, DefaultLimit = DefaultLimit, MaxConcurrentStreams = limit };

    private static ReplaceOrder Order(int slot) => new(User, First[slot]);

    private static string Record(int number) => new RecordKey((UInt128)number).ToString();
}
