using System.Diagnostics;
using System.Net;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Soak;

/// <summary>
/// A Server that is called at a steady rate for minutes or hours. Its first half is load, the second half a tenth of it:
/// what was started in the first must have left nothing behind when the second ends.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output) : IDisposable
{
    private const int Connections = 8;

    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(10);
    private static readonly int Rate = Setting("STREAM_CHECKER_SOAK_RATE", 400);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SoakFact]
    public async Task MemoryHandlesAndDisk_FollowTheLoadAndNotTheHistory()
    {
        await using var server = await ServerProcess.StartAsync(
            folder.Path,
            ("StreamChecker__LeaseSeconds", "4"),
            ("StreamChecker__HeartbeatIntervalSeconds", "1"));
        using var client = server.CreateClient();
        using var process = Process.GetProcessById(server.Id);
        using var end = new CancellationTokenSource();
        var (length, began, starts) = (TimeSpan.FromMinutes(SoakFactAttribute.Minutes), Stopwatch.StartNew(), 0L);
        var load = Task.WhenAll(Enumerable.Range(0, Connections).Select(async connection =>
        {
            for (var i = 0; !end.IsCancellationRequested; i++)
            {
                await LiveAsync(client, $"user {connection}-{i}");
                Interlocked.Increment(ref starts);
                var share = began.Elapsed < length / 2 ? 1.0 : 0.1;
                await Task.Delay(TimeSpan.FromSeconds(Connections / (Rate * share)), CancellationToken.None);
            }
        }));

        var samples = new List<SoakSample>();
        while (began.Elapsed < length && !load.IsFaulted)
        {
            samples.Add(SoakSample.Take(process, folder.Path, began.Elapsed, Interlocked.Read(ref starts)));
            await Task.Delay(BetweenSamples);
        }

        await end.CancelAsync();
        await load;
        await WriteAsync(samples);

        var half = samples.Where(sample => sample.Minutes < length.TotalMinutes / 2).ToList();
        var last = samples[^1];
        Assert.True(last.MemoryMegabytes <= 1.5 * half.Max(sample => sample.MemoryMegabytes), "The memory grew after the load had fallen to a tenth.");
        Assert.True(last.Handles <= half.Max(sample => sample.Handles) + 8, "Handles were left open.");
        Assert.True(last.DiskMegabytes <= half.Max(sample => sample.DiskMegabytes), "The data folder grew after the load had fallen to a tenth.");
    }

    /// <summary>A stream's whole life.</summary>
    private static async Task LiveAsync(HttpClient client, string userId)
    {
        var title = new string('t', FieldText.MaxLength);
        var started = await client.StartAsync(userId, title, title);
        Assert.Equal(HttpStatusCode.Created, started.Status);
        Assert.Equal(HttpStatusCode.OK, (await client.HeartbeatAsync(started.Id)).Status);
        if (userId.GetHashCode(StringComparison.Ordinal) % 2 == 0)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await client.StopAsync(started.Id)).Status);
        }
    }

    private static int Setting(string name, int byDefault) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : byDefault;

    private async Task WriteAsync(List<SoakSample> samples)
    {
        var target = Environment.GetEnvironmentVariable("STREAM_CHECKER_SOAK_RESULTS") is { Length: > 0 } named
            ? Directory.CreateDirectory(named).FullName
            : AppContext.BaseDirectory;
        await File.WriteAllLinesAsync(Path.Combine(target, "soak.csv"), [SoakSample.CsvHeader, .. samples.Select(sample => sample.ToCsv())]);
        await File.WriteAllTextAsync(Path.Combine(target, "soak.svg"), SoakPlot.Draw(samples));
        var half = samples[samples.Count / 2];
        var last = samples[^1];
        output.WriteLine($"{last.Starts} starts in {last.Minutes:F1} minutes; at half time {half.ToCsv()}; at the end {last.ToCsv()}; see {target}");
    }
}
