using System.Collections.Concurrent;
using StreamChecker.Reliability.Histories;
using StreamChecker.Reliability.Model;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Workloads;

/// <summary>
/// Callers who do anything to their users' streams at once, over HTTP, and move the clock meanwhile: mostly to a moment
/// when something lapses, or a millisecond before or after.
/// </summary>
internal sealed class StreamWorkload(HttpClient client, History history, string name)
{
    public const int LeaseSeconds = 6;
    public const int IntervalSeconds = 2;
    public const int DefaultLimit = 3;

    /// <summary>A limit on all streams, one that replaces, and one on distinct values.</summary>
    public const string Plans =
        """
        {"default": {"rules": [
          {"name": "streams", "limit": 3},
          {"name": "uhd", "limit": 1, "where": {"quality": ["uhd"]}, "onLimit": "replaceOldest"},
          {"name": "places", "limit": 2, "distinct": "network", "onLimit": "reject"}]}}
        """;

    private static readonly Plan Rules = ReadPlans();
    private static readonly string?[] Qualities = ["uhd", "hd", null];

    private readonly ConcurrentDictionary<string, ConcurrentQueue<StreamSeen>> streams = new();
    private int started;

    public required int Users { get; init; }

    public required int Callers { get; init; }

    /// <summary>How many calls each of them makes between two leaps of the clock.</summary>
    public required int CallsEach { get; init; }

    /// <summary>Whether the service may lose responses of the store, and retry by itself.</summary>
    public bool Faulty { get; init; }

    /// <summary>
    /// Makes the calls. In between, while none is under way, the clock leaps: to where a start deletes what is over, and to
    /// where the database forgets it. What lasts for less than a second sees no leap of minutes.
    /// </summary>
    public async Task RunAsync(Random random)
    {
        foreach (var leap in new[] { 0, StreamRules.RememberedAllMilliseconds + 1, (StreamRules.RememberedSeconds + LeaseSeconds + 1) * 1000 })
        {
            history.Clock.MoveTo(history.Clock.Now + leap);
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => random.Next()).ToArray().Select(seed => Task.Run(() => CallAsync(new Random(seed)))));
        }
    }

    /// <summary>Reads every user once, after everything else has ended.</summary>
    public async Task ListAllAsync()
    {
        for (var user = 0; user < Users; user++)
        {
            await ListAsync($"{name} {user}");
        }
    }

    private async Task CallAsync(Random random)
    {
        for (var i = 0; i < CallsEach; i++)
        {
            var user = $"{name} {random.Next(Users)}";
            if (random.Next(12) == 0)
            {
                MoveClock(user, random);
            }

            var response = await CallAsync(user, random);
            foreach (var seen in HttpResponses.Seen(response))
            {
                Known(user).Enqueue(seen);
            }
        }
    }

    private Task<ApiResponse> CallAsync(string user, Random random) => random.Next(20) switch
    {
        < 8 => StartAsync(user, random),
        < 12 when Pick(user, random) is { } seen => HeartbeatAsync(seen.Id),
        < 15 when Pick(user, random) is { } seen => StopAsync(seen.Id),
        15 => SetLimitAsync(user, random.Next(5), OperationKey(random)),
        16 when random.Next(2) == 0 => ResetLimitAsync(user, OperationKey(random)),
        16 => GetLimitAsync(user),
        17 when random.Next(3) == 0 => StopAllAsync(user, OperationKey(random)),
        _ => ListAsync(user),
    };

    /// <summary>Few keys, so that they come again, for the same operation and for another one; or none.</summary>
    private static string? OperationKey(Random random) => random.Next(2) == 0 ? $"operation-{random.Next(6)}" : null;

    private Task<ApiResponse> StartAsync(string user, Random random)
    {
        // Few keys, so that they come again: with the stream they belong to, and now and then with another one.
        var key = random.Next(3) == 0 ? $"key-{random.Next(4)}" : null;
        var streamId = key is null ? $"film {Interlocked.Increment(ref started)}" : random.Next(8) == 0 ? "another film" : $"film of {key}";
        var device = random.Next(2) == 0 ? "television" : null;
        var oldest = random.Next(4) == 0;

        // A key always has the same device, but for now and then.
        var deviceId = (key is null ? random.Next(4) : key[^1] - '0') switch { 0 => "one device", 1 => "another device", _ => random.Next(20) == 0 ? "one device" : null };
        var counts = random.Next(key is null ? 4 : 20) == 0;
        var replaced = random.Next(4) == 0 && Pick(user, random) is { } seen ? seen.Id : null;
        var command = new StartCommand
        {
            UserId = user,
            Key = key is null ? "" : RecordKey.For(user, key).ToString(),
            StreamId = streamId,
            DeviceName = key is null ? device : null,
            DeviceId = deviceId,
            CountSameDevice = deviceId is not null && counts,
            LeaseMs = LeaseSeconds * 1000,
            Plan = Rules,
            Tags = key is null ? TagsOf(random) : null,
            ReplaceOldest = oldest,
            Replace = replaced is null ? null : [new(replaced.UserId, replaced.Key.ToString(), replaced.StartedAt)],
        };
        return CallAsync(
            () => client.StartAsync(
                user, streamId, command.DeviceName, oldest ? "replaceOldest" : null, replaced is null ? null : [replaced.ToString()], key,
                deviceId, command.CountSameDevice ? "count" : null, command.Tags),
            command,
            (start, reply) => HttpReplies.Start((StartCommand)start, reply, saysReplayed: !Faulty));
    }

    private static Plan ReadPlans()
    {
        Assert.Empty(PlanFile.Read("plans.json", Plans, out var plans));
        return Assert.Single(plans);
    }

    private static SortedDictionary<string, string> TagsOf(Random random)
    {
        SortedDictionary<string, string> tags = new(StringComparer.Ordinal) { ["network"] = $"network {random.Next(3)}" };
        if (Qualities[random.Next(Qualities.Length)] is { } quality)
        {
            tags["quality"] = quality;
        }

        return tags;
    }

    private Task<ApiResponse> HeartbeatAsync(StreamRecordId id) => CallAsync(
        () => client.HeartbeatAsync(id.ToString()),
        new RenewCommand
        {
            UserId = id.UserId, Key = id.Key.ToString(), StartedAt = id.StartedAt, LeaseMs = LeaseSeconds * 1000, IntervalMs = IntervalSeconds * 1000,
        },
        HttpReplies.Heartbeat);

    private Task<ApiResponse> StopAsync(StreamRecordId id) => CallAsync(
        () => client.StopAsync(id.ToString()),
        new StopCommand { UserId = id.UserId, Key = id.Key.ToString(), StartedAt = id.StartedAt },
        reply => HttpReplies.NoContent(reply, saysReplayed: false));

    private Task<ApiResponse> StopAllAsync(string user, string? key) => CallAsync(
        () => client.StopAllAsync(user, key),
        new StopAllCommand { UserId = user, OperationId = OperationId(user, key) },
        reply => HttpReplies.StopAll(reply, saysReplayed: !Faulty));

    private Task<ApiResponse> ListAsync(string user) =>
        CallAsync(() => client.ListAsync(user), new ListCommand { UserId = user }, HttpReplies.List);

    private Task<ApiResponse> GetLimitAsync(string user) =>
        CallAsync(() => client.GetLimitAsync(user), new ListCommand { UserId = user }, reply => HttpReplies.Limit(reply, saysReplayed: false));

    private Task<ApiResponse> SetLimitAsync(string user, int limit, string? key) => CallAsync(
        () => client.SetLimitAsync(user, limit, key),
        new SetLimitCommand { UserId = user, Change = LimitChange.ToLimit(limit), OperationId = OperationId(user, key) },
        reply => HttpReplies.Limit(reply, saysReplayed: !Faulty));

    private Task<ApiResponse> ResetLimitAsync(string user, string? key) => CallAsync(
        () => client.ResetLimitAsync(user, key),
        new SetLimitCommand { UserId = user, Change = LimitChange.Reset, OperationId = OperationId(user, key) },
        reply => HttpReplies.NoContent(reply, saysReplayed: !Faulty));

    /// <summary>The id that the service makes of a caller's key; where there is none, one that no other operation has.</summary>
    private string OperationId(string user, string? key) =>
        key is null ? $"operation {Interlocked.Increment(ref started)}" : RecordKey.For(user, key).ToString();

    private Task<ApiResponse> CallAsync(Func<Task<ApiResponse>> send, StreamCommand command, Func<StreamReply, string> shown) =>
        CallAsync(send, command, (_, reply) => shown(reply));

    private Task<ApiResponse> CallAsync(Func<Task<ApiResponse>> send, StreamCommand command, Func<StreamCommand, StreamReply, string> shown) =>
        history.CallAsync(send, command, shown, Faulty);

    private void MoveClock(string user, Random random)
    {
        var now = history.Clock.Now;
        var lapse = Known(user).Select(seen => seen.ExpiresAt).Where(expiresAt => expiresAt > now).DefaultIfEmpty(now).Min()!.Value;
        history.Clock.MoveTo(random.Next(5) == 0 ? now + random.Next(1, IntervalSeconds * 1000) : lapse + random.Next(-1, 2));
    }

    private StreamSeen? Pick(string user, Random random)
    {
        var known = Known(user).TakeLast(8).ToList();
        return known.Count == 0 ? null : known[random.Next(known.Count)];
    }

    private ConcurrentQueue<StreamSeen> Known(string user) => streams.GetOrAdd(user, _ => new());
}
