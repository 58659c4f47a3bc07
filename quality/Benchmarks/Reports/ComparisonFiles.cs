using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamChecker.Benchmarks.Comparison;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Reports;

/// <summary>What a comparison leaves behind: the files in <c>docs/benchmarks</c>, and the summary in their README.</summary>
internal static class ComparisonFiles
{
    private const string Command = "dotnet run -c Release --project quality/Benchmarks -- compare";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public static void Write(ComparisonReport report)
    {
        File.WriteAllText(Path.Combine(RepositoryFiles.Benchmarks, "results.json"), JsonSerializer.Serialize(report.Measurements, Json) + "\n");
        File.WriteAllText(Path.Combine(RepositoryFiles.Benchmarks, "results.md"), Results(report));
        Plots.OfComparison(report);
        var readme = Path.Combine(RepositoryFiles.Benchmarks, "README.md");
        File.WriteAllText(readme, RepositoryFiles.WithSection(readme, "benchmarks", Summary(report)));
    }

    private static string Results(ComparisonReport report)
    {
        var text = new StringBuilder("# Results\n\nMade by the command; do not edit. [How to read it](README.md).\n\n");
        text.Append(CultureInfo.InvariantCulture, $"```\n{Command}\n```\n\n");
        foreach (var line in (string[])[.. MachineFacts.Lines(), Run(report), .. report.Contenders.Select(contender => $"{contender.Name}: {contender.Version}")])
        {
            text.Append(CultureInfo.InvariantCulture, $"- {line}\n");
        }

        foreach (var line in report.Skipped)
        {
            text.Append(CultureInfo.InvariantCulture, $"- Skipped: {line}\n");
        }

        text.Append(report.WrongResponses.Count == 0
            ? "- Every response was checked, and all were right.\n"
            : $"- **{report.WrongResponses.Count} checks failed; these figures are void.**\n");
        foreach (var table in ResultsTable.Of(report))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {table.Title}\n\n{table.Markdown()}\n");
        }

        foreach (var targets in report.Options.Connections.Select(connections => Targets.Of(report, connections)))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {targets.Title}\n\n{targets.Markdown()}\n");
        }

        foreach (var plot in (string[])[.. Enum.GetValues<MixKind>().Select(mix => $"throughput-{Plots.FileName(mix)}"), "latency-at-half-load", "processor-time"])
        {
            text.Append(CultureInfo.InvariantCulture, $"\n![]({plot}.svg)\n");
        }

        return text.ToString();
    }

    private static string Run(ComparisonReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"Medians of {report.Options.Rounds} interleaved rounds of {report.Options.Seconds} s; {string.Join(" and ", report.Options.Connections)} connections; every store holds {report.Options.Seed.Live:N0} live streams and {report.Options.Seed.Full:N0} full users.");

    private static string Summary(ComparisonReport report) => string.Join("\n\n", report.Options.Connections.Select(connections => Summary(report, connections)));

    private static string Summary(ComparisonReport report, int connections)
    {
        string[] columns = ["req/s, as a ratio to ours", "starts", "rejected starts", "heartbeats", "one hot user", "CPU of a start", "64 at once admit"];
        var rows = report.Contenders.Where(contender => report.Figures(contender.Key, connections, MixKind.Starts) is not null).Select(contender => (string[])
        [
            contender.Name,
            .. Enum.GetValues<MixKind>().Select(mix => Cell(report, contender.Key, connections, mix, figures => figures.Throughput)),
            Cell(report, contender.Key, connections, MixKind.Starts, figures => figures.Cpu),
            report.Races.TryGetValue(contender.Key, out var admitted) ? Admitted(admitted) : "",
        ]);
        var ours = report.Figures("ours", connections, MixKind.Starts);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {connections} connections: ours admits {ours?.Throughput:N0} starts a second on {Environment.ProcessorCount} processors that it shares with the load generator, each on disk before the response.

            {new ResultsTable("", columns, [.. rows]).Markdown()}
            """);
    }

    private static string Admitted(int[] counts) => counts.Min() == counts.Max() ? $"{counts[0]}" : $"{counts.Min()} to {counts.Max()}";

    private static string Cell(ComparisonReport report, string contender, int connections, MixKind mix, Func<ContenderFigures, double> figure)
    {
        if (report.Figures(contender, connections, mix) is not { } theirs || report.Figures("ours", connections, mix) is not { } ours)
        {
            return "";
        }

        var ratio = figure(theirs) / figure(ours);
        return ratio.ToString(ratio < 0.1 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);
    }
}
