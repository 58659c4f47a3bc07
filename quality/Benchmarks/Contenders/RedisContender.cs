using StackExchange.Redis;
using StreamChecker.Benchmarks.Hosts;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>Redis and one Lua script.</summary>
internal sealed class RedisContender(bool durable) : Contender(
    durable ? "redis" : "redis-memory", durable ? "Redis + Lua, appendfsync always" : "Redis + Lua, in memory only")
{
    private const string Program = "redis-server";
    private const int InFlight = 20_000;

    private string? version;

    public override string? Version => version;

    public override async Task<string?> WhyMissingAsync(CancellationToken cancellationToken)
    {
        version = (await Installed.VersionAsync(Program, "--version", cancellationToken))?.Split(' ') is [var redis, _, var number, ..] ? $"{redis} {number}" : null;
        return version is null ? "redis-server is not installed (apt-get install redis-server)" : null;
    }

    public override async Task StartAsync(SeedSize size, Action<double> progress, CancellationToken cancellationToken)
    {
        var port = TemporaryData.FreePort();
        var server = Run(
            Program, "--port", $"{port}", "--bind", "127.0.0.1", "--dir", Data.Path, "--save", "", "--appendonly", durable ? "yes" : "no", "--appendfsync", "always");
        await TemporaryData.WaitForPortAsync(port, server, cancellationToken);
        var endpoint = $"127.0.0.1:{port}";
        await SeedAsync(endpoint, size, progress);
        await RunHostAsync("redis", endpoint);
    }

    private static async Task SeedAsync(string endpoint, SeedSize size, Action<double> progress)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(endpoint);
        var database = connection.GetDatabase();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var pending = new List<Task>(InFlight);
        var lease = TimeSpan.FromSeconds(SeededStreams.LeaseSeconds);
        var all = size.Live + (size.Full * SeededStreams.Limit);
        var done = 0L;
        foreach (var record in SeededStreams.All(size))
        {
            var member = RedisStreamPartitions.Member(record.Key.ToString(), record.StartedAt, SeededStreams.StreamId, SeededStreams.DeviceName);
            pending.Add(database.SortedSetAddAsync(record.UserId, member, now + lease.TotalMilliseconds));
            pending.Add(database.KeyExpireAsync(record.UserId, lease));
            done++;
            if (pending.Count >= InFlight)
            {
                await Task.WhenAll(pending);
                pending.Clear();
                progress(done / (double)all);
            }
        }

        await Task.WhenAll(pending);
    }
}
