using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>Something that admits streams, with all its processes: started, filled, measured and ended by the benchmark.</summary>
internal abstract class Contender(string key, string name) : IAsyncDisposable
{
    private static readonly Dictionary<string, string> ServerSettings = new()
    {
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        ["StreamChecker__MaxConcurrentStreams"] = $"{SeededStreams.Limit}",
        ["StreamChecker__LeaseSeconds"] = $"{SeededStreams.LeaseSeconds}",
        ["StreamChecker__HeartbeatIntervalSeconds"] = $"{SeededStreams.HeartbeatIntervalSeconds}",
    };

    private readonly List<ChildProcess> processes = [];

    /// <summary>A short name, for files and for the command line.</summary>
    public string Key => key;

    public string Name => name;

    public int Port { get; private set; }

    public virtual IReadOnlyList<MixKind> Mixes => Enum.GetValues<MixKind>();

    /// <summary>Whether it counts streams at all.</summary>
    public virtual bool Counts => true;

    public IEnumerable<int> ProcessIds => processes.Select(process => process.Id);

    /// <summary>What it runs on, with versions.</summary>
    public abstract string Version { get; }

    protected static string OwnVersion =>
        $"Stream Checker {Installed.Package("StreamChecker.Server")}, RocksDB {Installed.Package("RocksDB")}, V8 by ClearScript {Installed.Package("Microsoft.ClearScript.V8")}";

    protected TemporaryData Data { get; } = new();

    /// <summary>Why it cannot be started on this machine; null where it can.</summary>
    public virtual Task<string?> WhyMissingAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Starts it, filled with the seeded streams.</summary>
    public abstract Task StartAsync(SeedSize size, Action<double> progress, CancellationToken cancellationToken);

    public virtual async ValueTask DisposeAsync()
    {
        await EndAsync();
        Data.Dispose();
    }

    /// <summary>Ends all its processes at once, as <c>kill -9</c> does it.</summary>
    protected async Task EndAsync()
    {
        processes.Reverse();
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }

        processes.Clear();
    }

    protected ChildProcess Run(string program, params IEnumerable<string> arguments)
    {
        var process = ChildProcess.Start(program, arguments);
        processes.Add(process);
        return process;
    }

    /// <summary>Starts the real Server.</summary>
    protected async Task<ChildProcess> RunServerAsync(params IEnumerable<(string Name, string Value)> settings)
    {
        var server = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "StreamChecker.Server.dll")], With(settings));
        processes.Add(server);
        Port = await server.ListeningPortAsync();
        return server;
    }

    /// <summary>Starts the same web server in front of another store.</summary>
    protected async Task RunHostAsync(string kind, string store)
    {
        var host = ChildProcess.StartSelf(["serve", kind, store], With([]));
        processes.Add(host);
        Port = await host.ListeningPortAsync();
    }

    private static Dictionary<string, string> With(IEnumerable<(string Name, string Value)> settings)
    {
        var all = new Dictionary<string, string>(ServerSettings);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return all;
    }
}
