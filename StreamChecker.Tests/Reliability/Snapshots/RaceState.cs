using StreamChecker.Partitions;
using StreamChecker.Tests.Reliability.Model;

namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>A partition before a race: commands one after the other, each at a time before the race in milliseconds.</summary>
internal sealed record RaceState(string Name, IReadOnlyList<(StreamCommand Command, long Before)> Steps)
{
    private const long Lapse = RaceCommands.LeaseMs;
    private const long Settled = RaceCommands.LeaseMs + StreamRules.SettleMilliseconds;

    public static IReadOnlyList<RaceState> All { get; } =
    [
        new("empty", []),
        new("one stream", [Start(1, 50_000)]),
        new("full", [Start(1, 50_000), Start(2, 40_000)]),
        new("slot 0 stopped", [Start(1, 50_000), Start(2, 40_000), (RaceCommands.Stop(0), 30_000)]),
        new("all stopped", [Start(1, 50_000), Start(2, 40_000), (new StopAllCommand { UserId = RaceCommands.User }, 30_000)]),
        new("full, slot 0 lapses", [Start(1, Lapse), Start(2, 40_000)]),
        new("full, slot 1 lapses", [Start(1, Lapse + 10), Start(2, Lapse), (RaceCommands.Renew(0), 50_000)]),
        new("full, both lapse", [Start(1, Lapse), Start(2, Lapse)]),
        new("full, slot 0 settles", [Start(1, Settled), Start(2, 40_000)]),
        new("slot 0 settles, slot 1 lapses", [Start(1, Settled), Start(2, Lapse)]),
        new("full of a limit of 3", [(RaceCommands.Limit(3), 60_000), Start(1, 50_000), Start(2, 40_000), Start(3, 30_000)]),
        new("two of a limit of 3, slot 1 lapses", [(RaceCommands.Limit(3), 99_000), Start(1, Lapse + 10), Start(2, Lapse), (RaceCommands.Renew(0), 50_000)]),
        new("full, slot 0 free, slot 2 lapses",
        [
            (RaceCommands.Limit(3), 99_000), Start(1, 95_000), Start(2, 95_000), Start(3, Lapse),
            (RaceCommands.Renew(1), 50_000), (RaceCommands.Stop(0), 40_000), (RaceCommands.Limit(null), 30_000),
        ]),
        new("more than a lowered limit", [Start(1, 50_000), Start(2, 40_000), (RaceCommands.Limit(1), 30_000)]),
        new("full, until stopped", [(RaceCommands.Start(1, leaseMs: 0), 50_000), (RaceCommands.Start(2, leaseMs: 0), 40_000)]),
        new("many streams over a moment ago",
        [
            .. Enumerable.Range(40, 17).SelectMany<int, (StreamCommand, long)>(number =>
                [Start(number, 9000 - (2 * number)), (new StopAllCommand { UserId = RaceCommands.User }, 8999 - (2 * number))]),
            Start(1, 2000),
        ]),
        new("the key has run before", [(RaceCommands.Keyed(), Lapse), Start(1, 50_000)]),
    ];

    private static (StreamCommand, long) Start(int number, long before) => (RaceCommands.Start(number), before);
}
