using System.Collections.Concurrent;
using StreamChecker.Partitions;
using StreamChecker.Tests.Hosting;
using StreamChecker.Tests.Reliability.Histories;
using StreamChecker.Tests.Reliability.Model;

namespace StreamChecker.Tests.Reliability.Workloads;

/// <summary>
/// Callers who do anything to their users' streams at once, over HTTP, and move the clock meanwhile: mostly to a moment
/// when something lapses, or a millisecond beside it.
/// </summary>
internal sealed class StreamWorkload(HttpClient client, History history, string name)
{
    public const int LeaseSeconds = 6;
    public const int IntervalSeconds = 2;
    public const int DefaultLimit = 3;

    private readonly ConcurrentDictionary<string, ConcurrentQueue<StreamSeen>> streams = new();
    private int started;

    public required int Users { get; init; }

    public required int Callers { get; init; }

    public required int CallsEach { get; init; }

    /// <summary>Whether the service may lose answers of the store, and retry by itself.</summary>
    public bool Faulty { get; init; }

    public Task RunAsync(Random random) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => random.Next()).ToArray().Select(seed => Task.Run(() => CallAsync(new Random(seed)))));

    /// <summary>Looks at every user once, when nothing else goes on any more.</summary>
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

            var answer = await CallAsync(user, random);
            foreach (var seen in HttpAnswers.Seen(answer))
            {
                Known(user).Enqueue(seen);
            }
        }
    }

    private Task<Answer> CallAsync(string user, Random random) => random.Next(20) switch
    {
        < 8 => StartAsync(user, random),
        < 12 when Pick(user, random) is { } seen => HeartbeatAsync(seen.Id),
        < 15 when Pick(user, random) is { } seen => StopAsync(seen.Id),
        15 => SetLimitAsync(user, random.Next(5)),
        16 when random.Next(2) == 0 => ResetLimitAsync(user),
        16 => GetLimitAsync(user),
        17 when random.Next(3) == 0 => StopAllAsync(user),
        _ => ListAsync(user),
    };

    private Task<Answer> StartAsync(string user, Random random)
    {
        // Few keys, so that they come again: with the stream they belong to, and now and then with another one.
        var key = random.Next(3) == 0 ? $"key-{random.Next(4)}" : null;
        var streamId = key is null ? $"film {Interlocked.Increment(ref started)}" : random.Next(8) == 0 ? "another film" : $"film of {key}";
        var device = random.Next(2) == 0 ? "television" : null;
        var oldest = random.Next(4) == 0;
        var replaced = random.Next(4) == 0 && Pick(user, random) is { } seen ? seen.Id : null;
        var command = new StartCommand
        {
            UserId = user,
            RecordId = key is null ? "" : RecordKey.For(user, key).ToString(),
            StreamId = streamId,
            DeviceName = key is null ? device : null,
            LeaseMs = LeaseSeconds * 1000,
            DefaultLimit = DefaultLimit,
            ReplaceOldest = oldest,
            MayRepeat = key is not null,
            Replace = replaced is null ? null : [new(replaced.UserId, replaced.Key.ToString())],
        };
        return CallAsync(
            () => client.StartAsync(
                user, streamId, command.DeviceName, oldest ? "replaceOldest" : null, replaced is null ? null : [replaced.ToString()], key),
            command,
            (start, reply) => HttpReplies.Start((StartCommand)start, reply, saysReplayed: !Faulty));
    }

    private Task<Answer> HeartbeatAsync(StreamRecordId id) => CallAsync(
        () => client.HeartbeatAsync(id.ToString()),
        new RenewCommand
        {
            UserId = id.UserId, Slot = id.Slot, RecordId = id.Key.ToString(), LeaseMs = LeaseSeconds * 1000, IntervalMs = IntervalSeconds * 1000,
        },
        HttpReplies.Heartbeat);

    private Task<Answer> StopAsync(StreamRecordId id) => CallAsync(
        () => client.StopAsync(id.ToString()),
        new StopCommand { UserId = id.UserId, Slot = id.Slot, RecordId = id.Key.ToString() },
        HttpReplies.Nothing);

    private Task<Answer> StopAllAsync(string user) =>
        CallAsync(() => client.StopAllAsync(user), new StopAllCommand { UserId = user }, HttpReplies.StopAll);

    private Task<Answer> ListAsync(string user) =>
        CallAsync(() => client.ListAsync(user), new ListCommand { UserId = user, DefaultLimit = DefaultLimit }, HttpReplies.List);

    private Task<Answer> GetLimitAsync(string user) =>
        CallAsync(() => client.GetLimitAsync(user), new ListCommand { UserId = user, DefaultLimit = DefaultLimit }, HttpReplies.Limit);

    private Task<Answer> SetLimitAsync(string user, int limit) => CallAsync(
        () => client.SetLimitAsync(user, limit),
        new SetLimitCommand { UserId = user, DefaultLimit = DefaultLimit, MaxConcurrentStreams = limit },
        HttpReplies.Limit);

    private Task<Answer> ResetLimitAsync(string user) => CallAsync(
        () => client.ResetLimitAsync(user), new SetLimitCommand { UserId = user, DefaultLimit = DefaultLimit }, HttpReplies.Nothing);

    private Task<Answer> CallAsync(Func<Task<Answer>> send, StreamCommand command, Func<StreamReply, string> shown) =>
        CallAsync(send, command, (_, reply) => shown(reply));

    private Task<Answer> CallAsync(Func<Task<Answer>> send, StreamCommand command, Func<StreamCommand, StreamReply, string> shown) =>
        history.CallAsync(send, command, shown, Faulty);

    private void MoveClock(string user, Random random)
    {
        var now = history.Clock.Now;
        var lapse = Known(user).Select(seen => seen.ExpiresAt).Where(expiresAt => expiresAt > now).DefaultIfEmpty(now).Min()!.Value;
        history.Clock.MoveTo(random.Next(5) switch
        {
            0 => now + random.Next(1, IntervalSeconds * 1000),
            1 => lapse + StreamRules.SettleMilliseconds + random.Next(-1, 2),
            _ => lapse + random.Next(-1, 2),
        });
    }

    private StreamSeen? Pick(string user, Random random)
    {
        var known = Known(user).TakeLast(8).ToList();
        return known.Count == 0 ? null : known[random.Next(known.Count)];
    }

    private ConcurrentQueue<StreamSeen> Known(string user) => streams.GetOrAdd(user, _ => new());
}
