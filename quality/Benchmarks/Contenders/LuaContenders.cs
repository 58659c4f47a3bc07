using StackExchange.Redis;
using StreamChecker.Benchmarks.Hosts;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>A store that speaks Redis's protocol and runs the rules as one Lua script.</summary>
internal abstract class LuaContender(string key, string name) : Contender(key, name)
{
    private const int InFlight = 20_000;

    protected static string Client => $"StackExchange.Redis {Installed.Package("StackExchange.Redis")}";

    public override async Task StartAsync(SeedSize size, Action<double> progress, CancellationToken cancellationToken)
    {
        var port = TemporaryData.FreePort();
        await TemporaryData.WaitForPortAsync(port, RunStore(port), cancellationToken);
        var endpoint = $"127.0.0.1:{port}";
        await SeedAsync(endpoint, size, progress);
        await RunHostAsync("lua", endpoint);
    }

    protected abstract ChildProcess RunStore(int port);

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
            var running = LuaStreamPartitions.Keys(record.UserId)[0];
            var stream = LuaStreamPartitions.Stream(record.StartedAt, now + (long)lease.TotalMilliseconds, SeededStreams.StreamId, SeededStreams.DeviceName);
            pending.Add(database.HashSetAsync(running, record.Key.ToString(), stream));
            pending.Add(database.KeyExpireAsync(running, lease + LuaStreamPartitions.Remembered));
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

/// <summary>Redis, which syncs its append-only file before each response, or once a second.</summary>
internal sealed class RedisContender(bool durable) : LuaContender(
    durable ? "redis" : "redis-everysec", $"Redis + Lua, appendfsync {(durable ? "always" : "everysec")}")
{
    private const string Program = "redis-server";

    private string? version;

    public override string Version => version ?? throw new InvalidOperationException("Redis was not looked for yet.");

    public override async Task<string?> WhyMissingAsync(CancellationToken cancellationToken)
    {
        version = (await Installed.VersionAsync(Program, "--version", cancellationToken))?.Split(' ') is [var redis, _, var number, ..] ? $"{redis} {number[2..]}, {Client}" : null;
        return version is null ? "redis-server is not installed (apt-get install redis-server)" : null;
    }

    protected override ChildProcess RunStore(int port) => Run(
        Program, "--port", $"{port}", "--bind", "127.0.0.1", "--dir", Data.Path, "--save", "", "--appendonly", "yes", "--appendfsync", durable ? "always" : "everysec");
}

/// <summary>Garnet, which commits its append-only file before each response or once a second.</summary>
internal sealed class GarnetContender : LuaContender
{
    private const string Tool = "garnet-server";
    private const string ToolVersion = "2.2.8";

    private static readonly string Folder = Path.Combine(Installed.Cache, $"{Tool}-{ToolVersion}");

    private readonly string[] commit;

    private GarnetContender(string key, string name, params string[] commit)
        : base(key, name) => this.commit = commit;

    /// <summary>
    /// Of Garnet's devices only FileStream opens the file with O_SYNC. The two others write with O_DIRECT and never sync, so that a
    /// committed record survives the process but not a power failure; the default one of them requires libaio.
    /// </summary>
    public static IEnumerable<Contender> All =>
    [
        new GarnetContender("garnet-synced", "Garnet + Lua, synced before each response", "--device-type", "FileStream", "--aof-commit-wait"),
        new GarnetContender("garnet-committed", "Garnet + Lua, committed but not synced before each response", "--device-type", "RandomAccess", "--aof-commit-wait"),
        new GarnetContender("garnet-everysec", "Garnet + Lua, committed every second", "--device-type", "RandomAccess", "--aof-commit-freq", "1000"),
    ];

    public override string Version => $"Garnet {ToolVersion}, {Client}";

    public override async Task<string?> WhyMissingAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!File.Exists(Path.Combine(Folder, Tool)))
            {
                await ChildProcess.RunAsync("dotnet", ["tool", "install", Tool, "--version", ToolVersion, "--tool-path", Folder], cancellationToken);
            }

            return null;
        }
        catch (InvalidOperationException failure)
        {
            return $"{Tool} cannot be installed: {failure.Message.Split('\n')[^1]}";
        }
    }

    protected override ChildProcess RunStore(int port) => Run(
        Path.Combine(Folder, Tool),
        ["--port", $"{port}", "--bind", "127.0.0.1", "--checkpointdir", Data.Path, "--logger-level", "Error", "--lua", "--lua-transaction-mode", "--aof", .. commit]);
}
