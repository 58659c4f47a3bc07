using System.Globalization;
using StackExchange.Redis;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Hosts;

/// <summary>
/// The rules as they are usually built on Redis: one Lua script for each call. The client pipelines: all calls share one
/// connection, and what is written while another call is sent goes out in one piece.
/// </summary>
internal sealed class LuaStreamPartitions(IDatabase database, byte[] script) : IStreamPartitions
{
    /// <summary>For how long an ended stream is remembered, as in <c>streams.js</c> and in the script.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    public static async Task<LuaStreamPartitions> ConnectAsync(string endpoint)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(endpoint);
        var server = connection.GetServer(connection.GetEndPoints()[0]);
        return new(connection.GetDatabase(), await server.ScriptLoadAsync(HostResources.Text("limiter.lua")));
    }

    /// <summary>The keys of a user: running streams, ended streams, order of the ended ones.</summary>
    public static RedisKey[] Keys(string userId) => [$"running:{userId}", $"ended:{userId}", $"order:{userId}"];

    public static string Stream(long startedAt, long expiresAt, string streamId, string? deviceName) => $"{startedAt} {expiresAt}\n{streamId}\n{deviceName}";

    public async Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken) => new PartitionResult.Committed(command switch
    {
        StartCommand start => Started(start, await RunAsync(
            start.UserId, "start", start.Key, 0, start.LeaseMs, $"{start.StreamId}\n{start.DeviceName}", start.Plan.Limit, start.ReplaceOldest ? 1 : 0)),
        RenewCommand renew => Renewed(await RunAsync(renew.UserId, "renew", renew.Key, renew.StartedAt, renew.LeaseMs)),
        ListCommand list => new StreamReply.Listed(null, Views(await RunAsync(list.UserId, "list", "", 0, 0))),
        StopCommand stop => new StreamReply.Stopped((int)await RunAsync(stop.UserId, "stop", stop.Key, stop.StartedAt, 0)),
        _ => throw new NotSupportedException($"{command.GetType().Name} is not measured."),
    });

    private static StreamReply Started(StartCommand start, RedisResult reply)
    {
        var parts = (RedisResult[])reply!;
        switch ((string)parts[0]!)
        {
            case "keyReused":
                return new StreamReply.KeyReused();
            case "ended":
                return Ended((string)parts[1]!);
            case "limitReached":
                var streams = Views(parts[1]);
                var nextExpiry = streams.Select(stream => stream.ExpiresAt).Order().ElementAt(streams.Length - start.Plan.Limit);
                return Rejections.Of(start.Plan, streams, nextExpiry - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            case var outcome:
                var stream = View((string)parts[2]!);
                return new StreamReply.Admitted(outcome == "replayed", stream.StartedAt, stream.ExpiresAt, start.Plan.Limit, (int)parts[1], [.. Views(parts[3]).Select(view => new ReplacedView(view.Key, view.StartedAt, view.StreamId, view.DeviceName, view.ExpiresAt))]);
        }
    }

    private static StreamReply Renewed(RedisResult reply)
    {
        var parts = (RedisResult[])reply!;
        var text = (string)parts[1]!;
        return (string)parts[0]! == "renewed" ? new StreamReply.Renewed(Written: true, View(text)) : Ended(text);
    }

    private static StreamReply.Ended Ended(string ending)
    {
        if (ending.Length == 0)
        {
            return new(StreamEndReason.Unknown, null);
        }

        // "endedAt reason startedAt expiresAt\nstreamId\ndeviceName\n", and the stream that replaced it, if one did.
        var lines = ending.Split('\n', 4);
        return new(Enum.Parse<StreamEndReason>(lines[0].Split(' ')[1], ignoreCase: true), lines[3].Length == 0 ? null : View(lines[3]));
    }

    private Task<RedisResult> RunAsync(string userId, params RedisValue[] arguments) => database.ScriptEvaluateAsync(script, Keys(userId), arguments);

    private static RecordView[] Views(RedisResult streams) => [.. ((RedisResult[])streams!).Select(stream => View((string)stream!))];

    /// <summary>Reads <c>key\nstartedAt expiresAt\nstreamId\ndeviceName</c>.</summary>
    private static RecordView View(string text)
    {
        var lines = text.Split('\n');
        var times = lines[1].Split(' ');
        return new(lines[0], Number(times[0]), lines[2], lines[3].Length == 0 ? null : lines[3], Number(times[1]));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
