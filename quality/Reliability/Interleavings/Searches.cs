namespace StreamChecker.Reliability.Interleavings;

/// <summary>What is searched: in every test run, in a long one, and for a broken text.</summary>
internal static class Searches
{
    private static readonly string[] Absent = ["absent"];
    private static readonly string[] Room = ["absent", "live"];
    private static readonly string[] Uhd = ["absent", "live, uhd"];
    private static readonly string[] Six = ["absent", "live", "edge", "lapsing", "lapsed", "ended"];
    private static readonly string[] Four = ["absent", "young", "edge", "lapsed"];
    private static readonly DueDocuments[] DueDocumentsKnown = Enum.GetValues<DueDocuments>();

    /// <summary>Those of every test run.</summary>
    public static IReadOnlyList<Search> Short { get; } =
    [
        new("two of all", 2, ClockMode.OneMoment, Commands.All, InitialState.Combinations(InitialState.Kinds, Room, Absent, ["none", "default"])),
        new("two of all, own limits and operations", 2, ClockMode.OneMoment, Commands.All,
            InitialState.Combinations(["live", "lapsed"], Room, Absent, ["limit 1", "operations", "eight operations"])),
        new("two of all, many ended", 2, ClockMode.OneMoment, Commands.All,
            InitialState.Combinations(["live", "just ended"], Absent, ["ten ended", "nine just ended"], ["default"])),
        new("two of few", 2, ClockMode.OneClock, Commands.Few, InitialState.Combinations(["absent", "edge", "lapsed"], ["absent", "young"], Absent, ["none", "default"])),
        new("two of few", 2, ClockMode.Skewed, Commands.Few, InitialState.Combinations(["edge", "lapsing"], Room, Absent, ["default"])),
        .. ClockMode.Steps.Select(step =>
            new Search("two of few", 2, step, Commands.Few, InitialState.Combinations(["live", "lapsed"], ["absent", "young"], Absent, ["default"]))),
        new("three of few", 3, ClockMode.OneMoment, Commands.Few,
            [.. InitialState.Combinations(Room, Absent, Absent, ["none", "default"]), new("young", "young", "absent", "default")]),
        Erase(2, ClockMode.OneMoment, ["absent", "live", "lapsed", "ended", "lapsed, due"]),
        Erase(2, ClockMode.Skewed, ["live"]),
        new("three of few about an erase", 3, ClockMode.OneMoment,
            Commands.Of("erase", "forget", "start A", "beat r0", "limit 1", "stopAll"), [new("live", "absent", "absent", "default")]),
        Devices(2, ClockMode.OneMoment, Room),
        Devices(2, ClockMode.Skewed, Absent),
        Speeds(2, ClockMode.OneMoment, Room),
        Speeds(2, ClockMode.Skewed, Absent),
        Plans(2, ClockMode.OneMoment, Uhd),
        Plans(2, ClockMode.Skewed, Absent),
        new("three of few with a plan", 3, ClockMode.OneMoment,
            Commands.Of("start V, uhd", "start W, uhd", "stop r0", "plan family", "no plan", "list"), InitialState.Combinations(["live, uhd"], Uhd, Absent, ["default", "family"])),
        new("three of few on a device", 3, ClockMode.OneMoment,
            Commands.Of("start P, same device", "start Q, same device", "start A", "beat r0", "beat P", "stop r0"), [new("live on the device", "absent", "absent", "default")]),
        .. DueDocumentsKnown.Select(due =>
            new Search($"two of few and a removal, due documents {due}", 3, ClockMode.OneMoment, Commands.Few,
                InitialState.Combinations(["ended, due", "lapsed, due"], Absent, Absent, ["default"])) { Removals = true, Store = new(due) }),
        UpsertsMeetTheNewestVersion(2, InitialState.Combinations(["absent", "live", "ended, due"], Room, Absent, ["none", "default"])),
    ];

    /// <summary>Those of a long run.</summary>
    public static IReadOnlyList<Search> Long { get; } =
    [
        new("two of all", 2, ClockMode.OneMoment, Commands.All, InitialState.Combinations(InitialState.Kinds, InitialState.Kinds, Absent, InitialState.Users)),
        new("two of all, a third stream", 2, ClockMode.OneMoment, Commands.All, InitialState.Combinations(Six, Six, ["live"], ["default", "limit 1"])),
        new("two of all, many ended", 2, ClockMode.OneMoment, Commands.All,
            InitialState.Combinations(InitialState.Kinds, Room, ["ten ended", "nine just ended"], ["default", "limit 1"])),
        new("two of all", 2, ClockMode.OneClock, Commands.All, InitialState.Combinations(Six, Four, Absent, ["none", "default", "limit 3"])),
        new("two of all", 2, ClockMode.Skewed, Commands.All, InitialState.Combinations(Six, Four, Absent, ["none", "default", "limit 1"])),
        .. ClockMode.Steps.Select(step =>
            new Search("two of all", 2, step, Commands.All, InitialState.Combinations(Six, Four, Absent, ["none", "default", "limit 1"]))),
        new("three of all", 3, ClockMode.OneMoment, Commands.All, InitialState.Combinations(["absent", "live", "lapsed"], ["absent", "young"], Absent, ["none", "default", "limit 1"])),
        new("three of few", 3, ClockMode.OneClock, Commands.Few, InitialState.Combinations(["absent", "live", "edge"], ["absent", "lapsed"], Absent, ["none", "default"])),
        new("three of few, with a retry", 3, ClockMode.Skewed, Commands.Few, InitialState.Combinations(["live", "edge"], Absent, Absent, ["none", "default"])) { OnlyRetries = true },
        new("three of few, with a retry", 3, ClockMode.Back, Commands.Few, InitialState.Combinations(Six, Four, Absent, ["none", "default"])) { OnlyRetries = true },
        new("four of few, with a retry", 4, ClockMode.OneMoment, Commands.Few, InitialState.Combinations(Room, Absent, Absent, ["none", "default"])) { OnlyRetries = true },
        .. ClockMode.All.Select(clock => Devices(2, clock, Four)),
        Devices(3, ClockMode.OneMoment, Room),
        .. ClockMode.All.Select(clock => Speeds(2, clock, Four)),
        Speeds(3, ClockMode.OneMoment, Absent),
        .. ClockMode.All.Select(clock => Plans(2, clock, Uhd)),
        Plans(3, ClockMode.OneMoment, Absent),
        .. ClockMode.All.Select(clock => Erase(2, clock, InitialState.Kinds)),
        Erase(3, ClockMode.OneMoment, ["absent", "live", "lapsed"]),
        .. DueDocumentsKnown.SelectMany(due => new[] { ClockMode.OneMoment, ClockMode.Skewed }, (due, clock) =>
            new Search($"two and a removal, due documents {due}", 3, clock, clock == ClockMode.OneMoment ? Commands.All : Commands.Few,
                InitialState.Combinations(["ended, due", "lapsed, due", "live, due"], ["absent", "live", "lapsed", "ended, due"], Absent, ["default"]))
            {
                Removals = true,
                Store = new(due),
            }),
        UpsertsMeetTheNewestVersion(3, InitialState.Combinations(["absent", "live", "ended, due"], Room, Absent, ["none", "default"])),
    ];

    /// <summary>Those that look for a broken promise.</summary>
    public static IReadOnlyList<Search> Hunt { get; } =
    [
        new("two of few", 2, ClockMode.Back, Commands.Few, InitialState.Combinations(["live", "lapsed"], ["absent", "young"], Absent, ["default"])),
        new("two of few, due documents in the way", 2, ClockMode.OneMoment, Commands.Few, [new("ended, due", "absent", "absent", "default")])
        {
            Store = new(DueDocuments.GoneButInTheWay),
        },
        new("two of all", 2, ClockMode.OneMoment, Commands.All,
            [new("absent", "absent", "absent", "operations"), .. InitialState.Combinations(["absent", "live", "just ended"], ["absent", "young"], Absent, ["none", "default"])]),
        Devices(2, ClockMode.OneMoment, Room),
        Speeds(2, ClockMode.OneMoment, Room),
        Plans(2, ClockMode.OneMoment, Uhd),
        Erase(2, ClockMode.OneMoment, Room),
        new("three of few about an erase", 3, ClockMode.OneMoment, Commands.Of("erase", "forget", "start A", "limit 1"), [new("live", "absent", "absent", "default")]),
        new("two of few, many ended", 2, ClockMode.OneMoment, Commands.Few,
            InitialState.Combinations(["just ended"], Absent, ["ten ended", "nine just ended"], ["default"])),
        UpsertsMeetTheNewestVersion(2, InitialState.Combinations(Room, Room, Absent, ["none", "default"])),
    ];

    private static Search Devices(int count, ClockMode clock, string[] others) =>
        new($"{count} of devices", count, clock, Commands.OfDevices, InitialState.Combinations(InitialState.KindsOfDevices, others, Absent, ["default"]));

    private static Search Speeds(int count, ClockMode clock, string[] others) => new(
        $"{count} of two speeds", count, clock, Commands.OfSpeeds, InitialState.Combinations(InitialState.KindsOfSpeeds, others, Absent, ["default", "with room", "at the limit"]));

    private static Search Plans(int count, ClockMode clock, string[] others) =>
        new($"{count} of plans", count, clock, Commands.OfPlans, InitialState.Combinations(InitialState.KindsOfPlans, others, Absent, ["none", "default", "family"]));

    private static Search Erase(int count, ClockMode clock, string[] first) =>
        new($"{count} about an erase", count, clock, Commands.OfErase, InitialState.Combinations(first, ["absent", "young"], Absent, ["none", "default", "limit 1"]));

    private static Search UpsertsMeetTheNewestVersion(int count, IReadOnlyList<InitialState> states) =>
        new($"{count} of few, upserts meet the newest version", count, ClockMode.OneMoment, Commands.Few, states) { Store = new(UpsertsCompareVersions: false) };
}
