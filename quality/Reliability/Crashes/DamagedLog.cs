using InProcessCosmos.Execution;
using Microsoft.Extensions.Logging.Abstractions;
using StreamChecker.Server.Embedded;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Crashes;

/// <summary>
/// The files of a data folder with a small log, as they lay on disk before it was closed. The last transaction wrote
/// several documents.
/// </summary>
internal sealed class DamagedLog
{
    private readonly Dictionary<string, byte[]> files = [];
    private string name = "";

    /// <summary>Where the last transaction but one begins in the log.</summary>
    public int BeforeLastButOne { get; private set; }

    /// <summary>Where the last transaction begins in the log.</summary>
    public int BeforeLast { get; private set; }

    public int Length => files[name].Length;

    public string StateBeforeLast { get; private set; } = "";

    public string State { get; private set; } = "";

    public static async Task<DamagedLog> WriteAsync(string path)
    {
        var log = new DamagedLog();
        await using var engine = Open(path);
        var limiter = Limiter(engine);
        for (var i = 0; i < 10; i++)
        {
            await limiter.StartAsync(new() { UserId = $"user {i}", StreamId = "film" }, CancellationToken.None);
        }

        var replaced = new List<StreamRecordId>();
        for (var i = 0; i < 3; i++)
        {
            log.BeforeLastButOne = LogLength(path);
            var admitted = Assert.IsType<StartResult.Admitted>(
                await limiter.StartAsync(new() { UserId = "anna", StreamId = $"old {i}" }, CancellationToken.None));
            replaced.Add(admitted.Record.Id);
        }

        log.StateBeforeLast = await StateAsync(limiter);
        log.BeforeLast = LogLength(path);
        Assert.IsType<StartResult.Admitted>(await limiter.StartAsync(
            new() { UserId = "anna", StreamId = "new", Replace = replaced }, CancellationToken.None));
        log.State = await StateAsync(limiter);
        Assert.NotEqual(log.State, log.StateBeforeLast);

        foreach (var file in new DirectoryInfo(path).EnumerateFiles().Where(file => file.Name != "LOCK"))
        {
            using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            log.files[file.Name] = bytes;
        }

        log.name = Path.GetFileName(LogFile(path));
        return log;
    }

    /// <summary>Damages the log, opens the folder, and reports what is there.</summary>
    /// <param name="damage">What becomes of the log.</param>
    /// <param name="acknowledged">
    /// Whether the folder still says which write was acknowledged last. A power cut takes that along with a torn tail.
    /// </param>
    public async Task<string> OpenAsync(Func<byte[], byte[]> damage, bool acknowledged = false)
    {
        using var copy = new TemporaryFolder();
        foreach (var (file, bytes) in files.Where(file => acknowledged || file.Key != "SEQUENCE"))
        {
            await File.WriteAllBytesAsync(Path.Combine(copy.Path, file), file == name ? damage([.. bytes]) : bytes);
        }

        await using var engine = Open(copy.Path);
        return await StateAsync(Limiter(engine));
    }

    private static DocumentEngine Open(string path) =>
        DocumentEngine.Open(new EngineOptions { DataPath = path, Shards = 1 }, TimeProvider.System, NullLogger.Instance);

    private static StreamLimiter Limiter(DocumentEngine engine) =>
        Limiters.Of(new EmbeddedStreamPartitions(engine, StreamsProcedure.Body), new() { LeaseSeconds = 0 }, TimeProvider.System);

    private static async Task<string> StateAsync(StreamLimiter limiter)
    {
        var states = new List<string>();
        foreach (var user in Enumerable.Range(0, 10).Select(i => $"user {i}").Append("anna"))
        {
            var listed = await limiter.ListAsync(user, CancellationToken.None);
            states.Add($"{user}: {string.Join(", ", listed.Streams.Select(stream => $"{stream.StreamId} {stream.Id}"))}");
        }

        return string.Join("; ", states);
    }

    private static string LogFile(string path) => Directory.EnumerateFiles(path, "*.log").Single();

    private static int LogLength(string path) => (int)new FileInfo(LogFile(path)).Length;
}
