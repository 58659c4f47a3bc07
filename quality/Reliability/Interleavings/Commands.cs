using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>
/// What may be interleaved. The same command twice in a schedule is a retry with the same ids: of the service's own after a
/// lost response, or of the caller's.
/// </summary>
/// <param name="Name">Names it in a story.</param>
/// <param name="Order">The command. The moments of the streams that it names are filled in when it begins.</param>
/// <param name="Retries">The tries of one operation have this in common; null for commands that carry no id of their own.</param>
/// <param name="Stream">The key of the stream that its caller must know from an earlier response.</param>
/// <param name="ForgottenStream">Whether its caller means an older stream of that key, which is forgotten.</param>
internal sealed record NamedCommand(string Name, StreamCommand? Order, string? Retries = null, string? Stream = null, bool ForgottenStream = false)
{
    /// <summary>The document that the store removes, if this is no command but its time to live.</summary>
    public string? Removed { get; init; }

    public override string ToString() => Name;

    /// <summary>Whether this is another try of an operation, by the parameters that count.</summary>
    public bool IsSameOperation(NamedCommand other) => (Order, other.Order) switch
    {
        (StartCommand one, StartCommand two) =>
            (one.StreamId, one.DeviceName, one.DeviceId, one.CountSameDevice) == (two.StreamId, two.DeviceName, two.DeviceId, two.CountSameDevice)
            && (one.PlanIsNamed ? one.Plan.Name : null) == (two.PlanIsNamed ? two.Plan.Name : null)
            && (one.Tags ?? StartStream.NoTags).ToHashSet().SetEquals(two.Tags ?? StartStream.NoTags),
        (SetLimitCommand one, SetLimitCommand two) => one.Change == two.Change,
        (StopAllCommand, StopAllCommand) or (EraseCommand, EraseCommand) => true,
        _ => false,
    };
}

/// <summary>The commands, all of one user.</summary>
internal static class Commands
{
    public const string User = "anna";
    public const string Device = "device";
    public const int DefaultLimit = 2;
    public const long LeaseMs = 90_000;
    public const long IntervalMs = 30_000;

    /// <summary>The moment at which every search begins.</summary>
    public const long Base = 10_000_000_000;

    /// <summary>When the forgotten streams were started.</summary>
    public const long LongAgo = Base - 5_000_000;

    /// <summary>All but those of <see cref="OfDevices"/>, <see cref="OfSpeeds"/>, <see cref="OfErase"/> and <see cref="OfPlans"/>.</summary>
    public static IReadOnlyList<NamedCommand> All { get; } =
    [
        Start("start A", "A"),
        Start("start B", "B"),
        Start("start r0", "r0"),
        Start("start r0, another film", "r0", start => start with { StreamId = "another film" }),
        Start("start A, on another device", "A", start => start with { DeviceName = "TV" }),
        Start("start A, replaceOldest", "A", start => start with { ReplaceOldest = true }),
        Start("start C, replaceOldest", "C", start => start with { ReplaceOldest = true }),
        Start("start D, replace r0", "D", start => start with { Replace = [Named("r0")] }, "r0"),
        Start("start E, replace r1", "E", start => start with { Replace = [Named("r1")] }, "r1"),
        Start("start F, replace forgotten r0", "F", start => start with { Replace = [Named("r0")] }, "r0", forgotten: true),
        Start("start G, until stopped", "G", start => start with { LeaseMs = 0 }),
        Renew("beat r0", "r0"),
        Renew("beat r1", "r1"),
        Renew("beat A", "A"),
        Renew("beat r0, longer lease", "r0", LeaseMs * 2),
        Renew("beat forgotten r0", "r0", forgotten: true),
        Stop("stop r0", "r0"),
        Stop("stop r1", "r1"),
        Stop("stop A", "A"),
        Stop("stop forgotten r0", "r0", forgotten: true),
        StopAll("stopAll", "s"),
        StopAll("stopAll, another one", "t"),
        Limit("limit 0", 0, "a"),
        Limit("limit 1", 1, "b"),
        Limit("limit 2", 2, "c"),
        Limit("limit 3", 3, "d"),
        Limit("limit default", null, "e"),
        Limit("limit 3 with the id of limit 1", 3, "b"),
        Limit("limit 1 with the id of stopAll", 1, "s"),
        new("list", new ListCommand { UserId = User }),
    ];

    private static readonly IReadOnlyList<NamedCommand> Devices =
    [
        Start("start P, same device", "P", start => start with { DeviceId = Device }),
        Start("start Q, same device", "Q", start => start with { DeviceId = Device }),
        Start("start P, another device", "P", start => start with { DeviceId = "another device" }),
        Start("start P, same device, counted", "P", start => start with { DeviceId = Device, CountSameDevice = true }),
        Start("start R, same device, replaceOldest", "R", start => start with { DeviceId = Device, ReplaceOldest = true }),
        Start("start S, same device, counted", "S", start => start with { DeviceId = Device, CountSameDevice = true }),
        Renew("beat P", "P"),
        Stop("stop P", "P"),
    ];

    private static readonly RelaxedSpeed Relaxed = new(LeaseMs * 4, IntervalMs * 4);

    private static readonly IReadOnlyList<NamedCommand> Speeds =
    [
        Start("start T, two speeds", "T", start => start with { IntervalMs = IntervalMs, Relaxed = Relaxed }),
        Start("start U, two speeds", "U", start => start with { IntervalMs = IntervalMs, Relaxed = Relaxed }),
        TwoSpeeds(Renew("beat r0, two speeds", "r0")),
        TwoSpeeds(Renew("beat T, two speeds", "T")),
        Stop("stop T", "T"),
    ];

    private static readonly IReadOnlyList<NamedCommand> Erasing =
    [
        new("erase", new EraseCommand { UserId = User, OperationId = "x" }, "operation x"),
        new("forget", new ForgetCommand { UserId = User, OperationId = "x" }),
        new("export", new ExportCommand { UserId = User }),
    ];

    /// <summary>A limit on UHD streams that replaces, one on devices that does not, and one that is observed.</summary>
    private static readonly Plan Family = new("family",
    [
        new() { Name = Plan.AllStreams, Limit = 3 },
        new() { Name = "uhd", Limit = 2, Where = Tagged("quality", "uhd"), OnLimit = OnLimit.ReplaceOldest },
        new() { Name = "hd-devices", Limit = 1, Where = Tagged("quality", "hd"), Distinct = "deviceId", OnLimit = OnLimit.Reject },
        new() { Name = "same-title", Limit = 1, Per = "streamId", Observe = true },
    ]);

    private static readonly IReadOnlyList<NamedCommand> Plans =
    [
        Start("start V, uhd", "V", start => OfFamily(start, "uhd")),
        Start("start W, uhd", "W", start => OfFamily(start, "uhd")),
        Start("start V, hd", "V", start => OfFamily(start, "hd")),
        Start("start X, hd on a device", "X", start => OfFamily(start, "hd") with { DeviceId = Device, CountSameDevice = true }),
        Start("start Y, hd on another device", "Y", start => OfFamily(start, "hd") with { DeviceId = "another device" }),
        Start("start Z, family by name", "Z", start => OfFamily(start, "uhd") with { PlanIsNamed = true }),
        Start("start Z, uhd", "Z", start => OfFamily(start, "uhd")),
        Renew("beat V", "V"),
        Stop("stop V", "V"),
        new("plan family", new SetLimitCommand { UserId = User, Change = LimitChange.ToPlan("family"), OperationId = "f" }, "operation f"),
        new("no plan", new SetLimitCommand { UserId = User, Change = LimitChange.ToPlan(null), OperationId = "g" }, "operation g"),
    ];

    /// <summary>One of each kind, for searches that would be too large with all of them.</summary>
    public static IReadOnlyList<NamedCommand> Few { get; } = Of(
        "start A", "start B", "start r0", "start C, replaceOldest", "start D, replace r0", "beat r0", "beat A", "stop r0", "stop A", "stopAll",
        "limit 0", "limit 1", "limit default", "list");

    /// <summary>The starts on one device, and what meets them.</summary>
    public static IReadOnlyList<NamedCommand> OfDevices { get; } =
    [
        .. Devices,
        .. Of("start A", "start C, replaceOldest", "beat r0", "stop r0", "stopAll", "limit 1", "list"),
    ];

    /// <summary>Those of an instance that has two speeds, and what meets them.</summary>
    public static IReadOnlyList<NamedCommand> OfSpeeds { get; } =
    [
        .. Speeds,
        .. Of("start A", "start C, replaceOldest", "beat r0", "stop r0", "stopAll", "limit 1", "limit 3", "list"),
    ];

    /// <summary>An erase, its second command, and what meets them.</summary>
    public static IReadOnlyList<NamedCommand> OfErase { get; } =
    [
        .. Erasing,
        .. Of("start A", "start r0", "start C, replaceOldest", "beat r0", "beat A", "stop r0", "stopAll", "limit 1", "limit default", "list"),
    ];

    /// <summary>The starts of users with a plan, a change of the plan, and what meets them.</summary>
    public static IReadOnlyList<NamedCommand> OfPlans { get; } =
    [
        .. Plans,
        .. Of("start A", "start C, replaceOldest", "beat r0", "stop r0", "stop r1", "stopAll", "limit 1", "list"),
    ];

    public static IReadOnlyList<NamedCommand> Of(params string[] names) => [.. names.Select(name => All.Concat(Devices).Concat(Speeds).Concat(Erasing).Concat(Plans).Single(command => command.Name == name))];

    /// <summary>The store's own work: it removes a document whose time to live is over, whenever it likes.</summary>
    public static NamedCommand Removal(string id) => new($"removal of {id}", null) { Removed = id };

    private static NamedCommand Start(
        string name, string key, Func<StartCommand, StartCommand>? with = null, string? named = null, bool forgotten = false)
    {
        var start = new StartCommand { UserId = User, Key = key, StreamId = "film", LeaseMs = LeaseMs, Plan = Plan.OfLimit(DefaultLimit) };
        return new(name, with is null ? start : with(start), "start " + key, named, forgotten);
    }

    private static StartCommand OfFamily(StartCommand start, string quality) =>
        start with { Plan = Family, Tags = new SortedDictionary<string, string> { ["quality"] = quality } };

    private static Dictionary<string, IReadOnlyList<string>> Tagged(string name, string value) => new() { [name] = [value] };

    private static ReplaceOrder Named(string key) => new(User, key, LongAgo);

    private static NamedCommand Renew(string name, string key, long leaseMs = LeaseMs, bool forgotten = false) => new(
        name,
        new RenewCommand { UserId = User, Key = key, StartedAt = LongAgo, LeaseMs = leaseMs, IntervalMs = IntervalMs },
        Stream: key,
        ForgottenStream: forgotten);

    private static NamedCommand TwoSpeeds(NamedCommand beat) => beat with { Order = (RenewCommand)beat.Order! with { Relaxed = Relaxed } };

    private static NamedCommand Stop(string name, string key, bool forgotten = false) =>
        new(name, new StopCommand { UserId = User, Key = key, StartedAt = LongAgo }, Stream: key, ForgottenStream: forgotten);

    private static NamedCommand StopAll(string name, string operation) =>
        new(name, new StopAllCommand { UserId = User, OperationId = operation }, "operation " + operation);

    private static NamedCommand Limit(string name, int? limit, string operation) => new(
        name,
        new SetLimitCommand { UserId = User, Change = LimitChange.ToLimit(limit), OperationId = operation },
        "operation " + operation);
}
