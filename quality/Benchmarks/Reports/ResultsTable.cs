using System.Globalization;
using Spectre.Console;
using StreamChecker.Benchmarks.Comparison;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Reports;

/// <summary>The figures of one kind of load, a row a contender, as ratios to ours.</summary>
internal sealed record ResultsTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const string Ours = "ours";

    public static void Print(ComparisonReport report)
    {
        foreach (var table in Of(report))
        {
            var shown = new Table { Title = new(Markup.Escape(table.Title)), Border = TableBorder.Rounded };
            foreach (var column in table.Columns)
            {
                shown.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = column == table.Columns[0] ? Justify.Left : Justify.Right });
            }

            foreach (var row in table.Rows)
            {
                shown.AddRow([.. row.Select(Markup.Escape)]);
            }

            AnsiConsole.Write(shown);
        }

        foreach (var line in report.Skipped)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]skipped[/] {line}");
        }
    }

    public static IEnumerable<ResultsTable> Of(ComparisonReport report)
    {
        foreach (var connections in report.Options.Connections)
        {
            foreach (var mix in Enum.GetValues<MixKind>())
            {
                yield return Of(report, connections, mix, halfLoad: false, $"{Name(mix)} ({connections} connections)");
            }

            yield return Of(report, connections, MixKind.Starts, halfLoad: true, $"Starts at half of each contender's own throughput: latency ({connections} connections)");
        }

        yield return new(
            $"{Race.Starts} simultaneous starts of one user whose limit is 3",
            ["", "admitted"],
            [.. report.Contenders.Where(c => report.Races.ContainsKey(c.Key)).Select(c => (string[])[c.Name, string.Join(", ", report.Races[c.Key])])]);
    }

    public static string Name(MixKind mix) => mix switch
    {
        MixKind.Starts => "Starts of users with nothing running: all admitted",
        MixKind.Rejections => "Starts of users at their limit: all rejected",
        MixKind.Heartbeats => "Heartbeats of live streams, each written",
        _ => "Starts of one hot user, each replacing the oldest stream",
    };

    public string Markdown() => string.Join('\n',
        [
            $"| {string.Join(" | ", Columns)} |",
            $"|---|{string.Concat(Columns.Skip(1).Select(_ => "--:|"))}",
            .. Rows.Select(row => $"| {string.Join(" | ", row)} |"),
        ]);

    private static ResultsTable Of(ComparisonReport report, int connections, MixKind mix, bool halfLoad, string title)
    {
        var ours = report.Figures(Ours, connections, mix, halfLoad);
        return new(
            title,
            ["", "req/s", "to ours", "p50 ms", "p99 ms", "p99 to ours", "p99.9 ms", "CPU µs/req", "CPU to ours"],
            [.. report.Contenders.Select(c => (c.Name, Figures: report.Figures(c.Key, connections, mix, halfLoad))).Where(row => row.Figures is not null).Select(row => Row(row.Name, row.Figures!, ours))]);
    }

    private static string[] Row(string name, ContenderFigures figures, ContenderFigures? ours) =>
    [
        name, Number(figures.Throughput, "N0"), Ratio(figures.Throughput, ours?.Throughput), Number(figures.P50 / 1000, "N2"), Number(figures.P99 / 1000, "N2"),
        Ratio(figures.P99, ours?.P99), Number(figures.P999 / 1000, "N2"), Number(figures.Cpu, "N1"), Ratio(figures.Cpu, ours?.Cpu),
    ];

    private static string Ratio(double value, double? ours) => ours is { } one ? Number(value / one, value / one < 0.1 ? "N4" : "N2") : "";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
