using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using StreamChecker.Benchmarks.Comparison;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Benchmarks.Reports;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Scale;

/// <summary>One million live streams: do they fit, do their heartbeats get through, how soon is the service back, does a start cost more?</summary>
internal static class ScaleCommand
{
    private const int Streams = 1_000_000;
    private const double IntervalSeconds = 30;
    private const double HeartbeatsPerSecond = Streams / IntervalSeconds;
    private const int Starts = 100_000;
    private const int Seconds = 60;
    private const int First = 400_000;

    private static readonly int[] Users = [0, 250_000, 500_000, 1_000_000];

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var costs = new List<EngineCost>();
        ScaleFigures? figures = null;
        await AnsiConsole.Progress().StartAsync(async progress =>
        {
            var flat = progress.AddTask("cost of a start, from 0 to 1 M users", maxValue: Users.Length);
            foreach (var users in Users)
            {
                costs.Add(await CostAsync(users));
                flat.Increment(1);
            }

            var million = progress.AddTask("1 M live streams, 33 k heartbeats a second", maxValue: 2);
            figures = await MillionAsync(() => million.Increment(1), cancellationToken);
        });
        Write(costs, figures!);
        return figures!.Heartbeats.Wrong + figures.Bulk!.Wrong == 0 ? 0 : 1;
    }

    private static async Task<EngineCost> CostAsync(int users)
    {
        using var data = new TemporaryData();
        await EmbeddedSeed.WriteAsync(data.Path, new(users, 0), _ => { });
        return await EngineLoad.StartsAsync(data.Path, Starts, warmUp: 50_000);
    }

    private static async Task<ScaleFigures> MillionAsync(Action step, CancellationToken cancellationToken)
    {
        // Both are loaded alike, so that the difference is the streams and not the compiled code or the garbage.
        var empty = await LoadedAsync(new(1000, 0), cancellationToken);
        step();
        var full = await LoadedAsync(new(Streams, 0), cancellationToken);
        step();
        return full with { Memory = full.Memory - empty.Memory };
    }

    private static async Task<ScaleFigures> LoadedAsync(SeedSize size, CancellationToken cancellationToken)
    {
        await using var contender = new EmbeddedContender();
        await contender.StartAsync(size, _ => { }, cancellationToken);
        var plan = new LoadPlan { Port = contender.Port, Mix = MixKind.Heartbeats, Seconds = 10, WarmUpSeconds = 0, Seeded = size.Live };
        await LoadGenerator.RunAsync(plan, cancellationToken);
        var heartbeats = await LoadGenerator.RunAsync(plan with { Rate = HeartbeatsPerSecond, Seconds = Seconds, First = First }, cancellationToken);
        var memory = ProcessTree.Memory(contender.ProcessIds);
        var bulk = size.Live < Streams ? null : await BulkAsync();
        var began = Stopwatch.GetTimestamp();
        await contender.KillAndStartAgainAsync();
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{contender.Port}") };
        using var response = await client.PostAsync($"/stream-record/{SeededStreams.LiveId(size.Live - 1)}/heartbeat", null, cancellationToken);
        response.EnsureSuccessStatusCode();
        return new(memory, heartbeats, bulk, Stopwatch.GetElapsedTime(began));

        async Task<BulkResult> BulkAsync()
        {
            // A heartbeat is written when half of the interval has passed since the last one.
            await Task.Delay(TimeSpan.FromSeconds(IntervalSeconds / 2), cancellationToken);
            return await BulkHeartbeats.RunAsync(contender.Port, HeartbeatsPerSecond, Seconds, First, Streams, cancellationToken);
        }
    }

    private static void Write(List<EngineCost> costs, ScaleFigures figures)
    {
        var growth = costs[^1].Cpu / costs[0].Cpu;
        var (heartbeats, bulk) = (figures.Heartbeats, figures.Bulk!);
        var table = new ResultsTable("One million live streams", ["", "wanted", "measured", ""],
        [
            Targets.Row("heartbeats a second, of 33,333 that were due", "at least 33,000", heartbeats.Throughput, value => value >= 33_000),
            ["p99 of a heartbeat, from when it was due, ms", "", Number(heartbeats.P99 / 1000, "N2"), ""],
            Targets.Row($"the same in requests of {BulkHeartbeats.PerRequest} heartbeats", "at least 33,000", bulk.Throughput, value => value >= 33_000),
            ["p99 of such a request, from when it was due, ms", "", Number(bulk.P99, "N2"), ""],
            Targets.Row("memory of the process for a live stream, bytes", "at most 200", figures.Memory / (double)Streams, value => value <= 200),
            Targets.Row("from kill -9 to the first response, s", "below 2", figures.Restart.TotalSeconds, value => value < 2),
            Targets.Row("processor time of a start with 1 M users, to that with none", "flat: at most 1.25", growth, value => value <= 1.25),
        ]);
        var flat = new ResultsTable("A start in the engine, without HTTP", ["users there already", "CPU µs", "bytes allocated", "starts/s", "starts per sync"],
            [.. Users.Zip(costs, (users, cost) => (string[])[Number(users, "N0"), Number(cost.Cpu, "N1"), Number(cost.Allocated, "N0"), Number(cost.Throughput, "N0"), Number(1 / cost.Syncs, "N1")])]);
        Console.WriteLine(table.Markdown());
        Console.WriteLine(flat.Markdown());
        Plots.Line(
            "start-by-users", "Processor time of a start in the engine", "users there already", "microseconds",
            [.. Users.Select(users => (double)users)], [.. costs.Select(cost => cost.Cpu)]);
        File.WriteAllText(Path.Combine(RepositoryFiles.Benchmarks, "scale.md"), string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # One million live streams

            Made by the command; do not edit.

            ```
            dotnet run -c Release --project quality/Benchmarks -- scale
            ```

            {string.Join('\n', MachineFacts.Lines().Select(line => $"- {line}"))}
            - Memory is what the process holds with {Streams:N0} live streams, less what it holds with 1,000 under the same load.
            - Heartbeats became due for {Seconds} s, first for single calls and then for bulk calls. Every heartbeat is on disk before the response;
              {heartbeats.Wrong + bulk.Wrong} of {heartbeats.Responses + bulk.Renewed + bulk.Wrong:N0} results were wrong.

            {table.Markdown()}

            ## {flat.Title}

            {flat.Markdown()}

            ![](start-by-users.svg)

            """));
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed record ScaleFigures(long Memory, LoadResult Heartbeats, BulkResult? Bulk, TimeSpan Restart);
}
