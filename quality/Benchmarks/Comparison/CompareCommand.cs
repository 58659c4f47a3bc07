using Spectre.Console;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Benchmarks.Reports;

namespace StreamChecker.Benchmarks.Comparison;

/// <summary>Starts every contender, measures them in interleaved rounds, and writes down what came out.</summary>
internal static class CompareCommand
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(60);

    public static async Task<int> RunAsync(CompareOptions options)
    {
        using var ending = new CancellationTokenSource(Longest);
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            ending.Cancel();
        };
        var comparison = new InterleavedRounds(options);
        try
        {
            await AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(progress => comparison.RunAsync(progress, ending.Token));
        }
        finally
        {
            await comparison.DisposeAsync();
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 170;
        }

        var report = comparison.Report();
        ResultsTable.Print(report);
        foreach (var contender in report.Contenders)
        {
            AnsiConsole.MarkupLineInterpolated($"{contender.Name}: {contender.Version}");
        }

        if (!options.Short && options.Only.Count == 0)
        {
            ComparisonFiles.Write(report);
        }

        foreach (var wrong in report.WrongResponses)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]WRONG[/] {wrong}");
        }

        return report.WrongResponses.Count == 0 ? 0 : 1;
    }

    public static IEnumerable<Contender> Contenders(CompareOptions options)
    {
        Contender[] all =
        [
            new EmbeddedContender(), new RedisContender(durable: true), new RedisContender(durable: false), .. GarnetContender.All,
            new PostgresContender(), new SdkContender(),
            new CeilingContender(), .. options.OriginalRecords.Select(records => new OriginalContender(records)),
        ];
        return all.Where(contender => options.Wants(contender.Key));
    }
}
