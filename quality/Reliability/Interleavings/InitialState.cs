using System.Text.Json.Nodes;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>A partition before the commands: up to three records and the user document.</summary>
internal sealed record InitialState(string R0, string R1, string R2, string User)
{
    private const long Base = Commands.Base;
    private const long Lease = Commands.LeaseMs;

    /// <summary>Every kind of record that a rule knows, by its distance from the moment at which a search begins.</summary>
    public static readonly string[] Kinds =
    [
        "absent", "live", "young", "edge", "lapsing", "lapsed", "until stopped", "ended", "just ended", "ended, due", "lapsed, due", "live, due",
    ];

    /// <summary>Those of a device.</summary>
    public static readonly string[] KindsOfDevices = ["absent", "live on the device", "edge on the device"];

    /// <summary>Those of two speeds.</summary>
    public static readonly string[] KindsOfSpeeds = ["absent", "live", "relaxed", "relaxed, old"];

    /// <summary>Those of a plan.</summary>
    public static readonly string[] KindsOfPlans = ["absent", "live, uhd", "edge, uhd", "live, hd on the device"];

    /// <summary>Every kind of user document. Without one there is no record.</summary>
    public static readonly string[] Users = ["none", "default", "limit 1", "limit 3", "operations", "eight operations"];

    /// <summary>How many documents it has; smaller ones make smaller stories.</summary>
    public int Size => Documents().Count();

    public override string ToString() => $"r0 {R0}; r1 {R1}; r2 {R2}; user {User}";

    /// <summary>Every combination that is well formed, the smallest first.</summary>
    public static IReadOnlyList<InitialState> Combinations(string[] r0, string[] r1, string[] r2, string[] users) =>
    [
        .. (from user in users from zero in r0 from one in r1 from two in r2 select new InitialState(zero, one, two, user))
            .Where(state => state.User != "none" || state is { R0: "absent", R1: "absent", R2: "absent" })
            .OrderBy(state => state.Size),
    ];

    /// <summary>The operations that the user document remembers before the search, with their results.</summary>
    public IEnumerable<(string Retries, NamedCommand Command, StreamReply Result)> Remembered => User != "operations"
        ? []
        :
        [
            ("operation s", Commands.Of("stopAll")[0], new StreamReply.Stopped(1)),
            ("operation b", Commands.Of("limit 1")[0], new StreamReply.LimitSet(1, null, LimitChange.ToLimit(1))),
        ];

    /// <summary>Whether the store may remove it during the search: all searches end before this moment, but for steps of a clock.</summary>
    public static bool IsDue(Document document) => document.Due <= Base + 5000;

    /// <summary>The documents, each with the moment of its last write.</summary>
    public IEnumerable<(JsonObject Document, long WrittenAt)> Documents()
    {
        var records = new[] { R0, R1, R2 }.SelectMany((kind, number) => kind switch
        {
            "ten ended" => Enumerable.Range(10, 10).Select(other => Ended(other, Base - 210_000, Base - 120_000 - other)),
            "nine just ended" => Enumerable.Range(10, 9).Select(other => Ended(other, Base - 60_000, Base - 9)),
            _ => Record(kind, number) is { } record ? [record] : [],
        });
        return UserDocument() is { } user ? records.Append((user, Base - 200_000)) : records;
    }

    private static (JsonObject Document, long WrittenAt)? Record(string kind, int number) => kind switch
    {
        "absent" => null,
        "live" => Lives(number, Base - 50_000 - number),
        "young" => Lives(number, Base - 5000 - number),
        "edge" => Lives(number, Base + 1 - Lease),
        "lapsing" => Lives(number, Base - 5000 - Lease),
        "lapsed" => Lives(number, Base - 20_000 - Lease),
        "live on the device" => OnDevice(Lives(number, Base - 50_000 - number)),
        "edge on the device" => OnDevice(Lives(number, Base + 1 - Lease)),
        "live, uhd" => Tagged(Lives(number, Base - 50_000 - number), "uhd"),
        "edge, uhd" => Tagged(Lives(number, Base + 1 - Lease), "uhd"),
        "live, hd on the device" => Tagged(OnDevice(Lives(number, Base - 50_000 - number)), "hd"),
        "relaxed" => Relaxed(number, Base - 40_000 - number),
        "relaxed, old" => Relaxed(number, Base - 200_000),
        "until stopped" => (Stream(number, Base - 50_000 - number, null, 0, -1), Base - 50_000 - number),
        "ended" => Ended(number, Base - 100_000, Base - 60_000),
        "just ended" => Ended(number, Base - 50_000, Base - 10),
        "ended, due" => Ended(number, Base - 650_000, Base - 600_000),
        "lapsed, due" => Lives(number, Base - 690_000),
        // A clock that was ahead wrote it: its lease runs, and ttl, which counts by the store's own clock, is over.
        "live, due" => (Stream(number, Base - 50_000, Base + 40_000, Lease, 690), Base - 690_000),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static (JsonObject Stream, long WrittenAt) Lives(int number, long renewedAt) => (Stream(number, renewedAt, renewedAt + Lease, Lease, 690), renewedAt);

    private static (JsonObject, long) Relaxed(int number, long renewedAt)
    {
        var stream = Stream(number, renewedAt, renewedAt + (4 * Lease), 4 * Lease, (int)(4 * Lease / 1000) + 600);
        stream["intervalMs"] = 4 * Commands.IntervalMs;
        return (stream, renewedAt);
    }

    private static (JsonObject, long) Tagged((JsonObject Stream, long) written, string quality)
    {
        written.Stream["tags"] = new JsonObject { ["quality"] = quality };
        return written;
    }

    private static (JsonObject, long) OnDevice((JsonObject Stream, long) written)
    {
        written.Stream["deviceId"] = Commands.Device;
        return written;
    }

    private static (JsonObject, long) Ended(int number, long startedAt, long endedAt)
    {
        var stream = Stream(number, startedAt, startedAt + Lease, Lease, 600);
        stream["ended"] = new JsonObject { ["reason"] = "stopped", ["at"] = endedAt };
        return (stream, endedAt);
    }

    private static JsonObject Stream(int number, long startedAt, long? expiresAt, long leaseMs, int ttl) => new()
    {
        ["id"] = $"r{number}",
        ["userId"] = Commands.User,
        ["streamId"] = "film",
        ["startedAt"] = startedAt,
        ["expiresAt"] = expiresAt,
        ["leaseMs"] = leaseMs,
        ["ttl"] = ttl,
    };

    private JsonObject? UserDocument()
    {
        if (User == "none")
        {
            return null;
        }

        var user = new JsonObject { ["id"] = "user", ["userId"] = Commands.User };
        switch (User)
        {
            case "with room":
            case "at the limit":
                user["atLimit"] = User == "at the limit";
                break;
            case "family":
                user["plan"] = "family";
                break;
            case "limit 1":
            case "limit 3":
                user["limit"] = int.Parse(User.AsSpan("limit ".Length), provider: null);
                break;
            case "operations":
                user["operations"] = new JsonArray(
                    Operation("s", new() { ["outcome"] = "stopped", ["count"] = 1 }),
                    Operation("b", new() { ["outcome"] = "limitSet", ["limit"] = 1, ["change"] = new JsonObject { ["limit"] = new JsonObject { ["to"] = 1 } } }));
                break;
            case "eight operations":
                user["operations"] = new JsonArray(
                    [.. Enumerable.Range(0, 8).Select(number => Operation($"o{number}", new() { ["outcome"] = "stopped", ["count"] = 1 }))]);
                break;
        }

        return user;
    }

    private static JsonObject Operation(string id, JsonObject result) => new() { ["id"] = id, ["result"] = result };
}
