using System.Globalization;
using StackExchange.Redis;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Hosts;

/// <summary>The limit as it is usually built on Redis: one Lua script, one sorted set a user.</summary>
internal sealed class RedisStreamPartitions(IDatabase database, byte[] script) : IStreamPartitions
{
    public static async Task<RedisStreamPartitions> ConnectAsync(string endpoint)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(endpoint);
        var server = connection.GetServer(connection.GetEndPoints()[0]);
        return new(connection.GetDatabase(), await server.ScriptLoadAsync(HostResources.Text("limiter.lua")));
    }

    public static string Member(string key, long startedAt, string streamId, string? deviceName) => $"{key}\n{startedAt}\n{streamId}\n{deviceName}";

    public async Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken) => new PartitionResult.Committed(command switch
    {
        StartCommand start => await StartAsync(start),
        RenewCommand renew => await RenewAsync(renew),
        ListCommand list => new StreamReply.Listed(list.DefaultLimit, IsDefault: true, Streams((RedisResult[])(await RunAsync(list.UserId, "list", "", 0))!)),
        StopCommand stop => new StreamReply.Stopped((int)await RunAsync(stop.UserId, "stop", stop.Key, 0)),
        _ => throw new NotSupportedException($"{command.GetType().Name} is not measured."),
    });

    private async Task<StreamReply> StartAsync(StartCommand start)
    {
        var answer = (RedisResult[])(await RunAsync(
            start.UserId, "start", start.Key, start.LeaseMs, $"{start.StreamId}\n{start.DeviceName}", start.DefaultLimit, start.ReplaceOldest ? 1 : 0))!;
        if ((string)answer[0]! == "limitReached")
        {
            var streams = Streams((RedisResult[])answer[1]!);
            return new StreamReply.LimitReached(start.DefaultLimit, streams, RetryAfterMs: streams.Min(stream => stream.ExpiresAt) - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        }

        var startedAt = (long)answer[1];
        return new StreamReply.Admitted(
            Replayed: false,
            startedAt,
            startedAt + start.LeaseMs,
            start.DefaultLimit,
            (int)answer[2],
            Streams((RedisResult[])answer[3]!));
    }

    private async Task<StreamReply> RenewAsync(RenewCommand renew) =>
        (RedisResult[])(await RunAsync(renew.UserId, "renew", renew.Key, renew.LeaseMs))! is { Length: 2 } stream
            ? new StreamReply.Renewed(Written: true, Stream(stream[0], stream[1]))
            : new StreamReply.Ended(StreamEndReason.Unknown, null);

    private Task<RedisResult> RunAsync(string userId, params RedisValue[] arguments) => database.ScriptEvaluateAsync(script, [userId], arguments);

    private static RecordView[] Streams(RedisResult[] membersAndScores) => [.. membersAndScores.Chunk(2).Select(pair => Stream(pair[0], pair[1]))];

    private static RecordView Stream(RedisResult member, RedisResult score)
    {
        var parts = ((string)member!).Split('\n');
        return new(
            parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], parts[3].Length == 0 ? null : parts[3],
            (long)double.Parse((string)score!, CultureInfo.InvariantCulture));
    }
}
