using System.Globalization;
using StreamChecker.Benchmarks.ColdStart;
using StreamChecker.Benchmarks.Comparison;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Benchmarks.Costs;
using StreamChecker.Benchmarks.Hosts;
using StreamChecker.Benchmarks.Micro;
using StreamChecker.Benchmarks.Scale;
using StreamChecker.Load;
using CompareOptions = StreamChecker.Benchmarks.Comparison.CompareOptions;

namespace StreamChecker.Benchmarks;

/// <summary>Which command does what.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["compare", .. var options] => CompareCommand.RunAsync(CompareOptions.Read(options)),
        ["scale"] => ScaleCommand.RunAsync(CancellationToken.None),
        ["engine", var starts] => EngineAsync(Number(starts)),
        ["cost", .. var options] => CostCommand.RunAsync(options),
        ["coldstart"] => ColdStartCommand.RunAsync(CancellationToken.None),
        ["micro", .. var filters] => Task.FromResult(MicroCommand.Run(filters)),

        // What the commands start as processes of their own.
        ["serve", var kind, var store, .. var settings] => ContenderHost.ServeAsync(kind, store, settings),
        ["load"] => LoadGenerator.ServeAsync(),
        ["seed", var folder, var live, var full] => SeedAsync(folder, new(Number(live), Number(full))),
        _ => ExplainAsync(),
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<int> SeedAsync(string folder, SeedSize size)
    {
        await EmbeddedSeed.WriteAsync(folder, size, _ => { });
        return 0;
    }

    private static async Task<int> EngineAsync(int starts)
    {
        using var data = new Contenders.TemporaryData();
        Console.WriteLine(await EngineLoad.StartsAsync(data.Path, starts, warmUp: starts));
        return 0;
    }

    private static async Task<int> ExplainAsync()
    {
        await Console.Error.WriteLineAsync("""
            usage: dotnet run -c Release --project quality/Benchmarks -- COMMAND

              compare [--short] [--only KEY,KEY] [--rounds N] [--seconds N] [--connections N,N]   side by side with Redis, PostgreSQL and others
              scale                        one million live streams
              cost [--check]               what it costs in Azure; --check only compares docs/capacity.md
              coldstart                    from starting the process to the first response
              micro [NAME]                 single steps, by BenchmarkDotNet
              engine STARTS                the engine alone, without HTTP
              seed FOLDER LIVE FULL        fills a data folder with LIVE users with one stream, and FULL users at their limit
            """);
        return 2;
    }
}
