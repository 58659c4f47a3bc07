using System.Globalization;
using CompareOptions = StreamChecker.Benchmarks.Comparison.CompareOptions;
using StreamChecker.Benchmarks.Comparison;
using StreamChecker.Benchmarks.Hosts;
using StreamChecker.Benchmarks.Load;
using StreamChecker.Benchmarks.Seeding;

namespace StreamChecker.Benchmarks;

/// <summary>Which command does what.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["compare", .. var options] => CompareCommand.RunAsync(CompareOptions.Read(options)),

        // What the commands start as processes of their own.
        ["serve", var kind, var store, .. var settings] => ContenderHost.ServeAsync(kind, store, settings),
        ["load"] => LoadGenerator.ServeAsync(),
        ["seed", var folder, var live, var full] => SeedAsync(folder, new(int.Parse(live, CultureInfo.InvariantCulture), int.Parse(full, CultureInfo.InvariantCulture))),
        _ => ExplainAsync(),
    };

    private static async Task<int> SeedAsync(string folder, SeedSize size)
    {
        await EmbeddedSeed.WriteAsync(folder, size, _ => { });
        return 0;
    }

    private static async Task<int> ExplainAsync()
    {
        await Console.Error.WriteLineAsync("""
            usage: dotnet run -c Release --project StreamChecker.Benchmarks -- COMMAND

              seed FOLDER LIVE FULL        fills a data folder with LIVE users with one stream, and FULL users at their limit
              compare [--short] [--only KEY,KEY] [--rounds N] [--seconds N]   side by side with Redis, PostgreSQL and others
            """);
        return 2;
    }
}
