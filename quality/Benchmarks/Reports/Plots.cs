using ScottPlot;
using StreamChecker.Benchmarks.Comparison;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Reports;

/// <summary>Plots of the figures, as SVG.</summary>
internal static class Plots
{
    private static readonly Color OurColor = Color.FromHex("#2f6fbb");
    private static readonly Color OtherColor = Color.FromHex("#9aa5b1");

    public static void Bars(string name, string title, IReadOnlyList<(string Name, double Value, bool Ours)> bars, string format, bool logarithmic = false)
    {
        using var plot = new Plot();
        var drawn = bars.Reverse().Select((bar, i) => new Bar
        {
            Position = i,
            Value = logarithmic ? Math.Log10(bar.Value) : bar.Value,
            FillColor = bar.Ours ? OurColor : OtherColor,
            Orientation = Orientation.Horizontal,
            Label = bar.Value.ToString(format, System.Globalization.CultureInfo.InvariantCulture),
            LineWidth = 0,
        }).ToArray();
        var added = plot.Add.Bars(drawn);
        added.Horizontal = true;
        plot.Axes.Left.SetTicks([.. drawn.Select(bar => bar.Position)], [.. bars.Reverse().Select(bar => bar.Name)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.TickLabelStyle.IsVisible = !logarithmic;
        plot.HideGrid();
        plot.Axes.Margins(left: 0, right: 0.25);
        plot.Title(title, size: 15);
        Save(plot, name, 900, 120 + (45 * bars.Count));
    }

    public static void Line(string name, string title, string x, string y, double[] xs, double[] ys)
    {
        using var plot = new Plot();
        var line = plot.Add.Scatter(xs, ys);
        line.Color = OurColor;
        line.LineWidth = 2;
        line.MarkerSize = 7;
        plot.Axes.SetLimitsY(0, ys.Max() * 1.25);
        plot.XLabel(x);
        plot.YLabel(y);
        plot.Title(title);
        Save(plot, name, 900, 400);
    }

    /// <summary>Plots what was measured with the first number of connections; the tables have all.</summary>
    public static void OfComparison(ComparisonReport report)
    {
        var connections = report.Options.Connections[0];
        foreach (var mix in Enum.GetValues<MixKind>())
        {
            Bars(
                $"throughput-{FileName(mix)}",
                $"{ResultsTable.Name(mix)}, a second, {connections} connections",
                [.. Figures(report, connections, mix, halfLoad: false).Select(row => (row.Name, row.Figures.Throughput, row.Ours))],
                "N0");
        }

        Bars(
            "latency-at-half-load",
            $"p99 of starts at half load (milliseconds), {connections} connections",
            [.. Figures(report, connections, MixKind.Starts, halfLoad: true).Select(row => (row.Name, row.Figures.P99 / 1000, row.Ours))],
            "N2");
        Bars(
            "processor-time",
            $"Processor time of a start, microseconds, {connections} connections",
            [.. Figures(report, connections, MixKind.Starts, halfLoad: false).Where(row => !row.Key.StartsWith("original", StringComparison.Ordinal)).Select(row => (row.Name, row.Figures.Cpu, row.Ours))],
            "N1");
    }

    public static string FileName(MixKind mix) => mix switch
    {
        MixKind.Starts => "starts",
        MixKind.Rejections => "rejections",
        MixKind.Heartbeats => "heartbeats",
        _ => "hot-user",
    };

    private static IEnumerable<(string Key, string Name, ContenderFigures Figures, bool Ours)> Figures(ComparisonReport report, int connections, MixKind mix, bool halfLoad) =>
        from contender in report.Contenders
        let figures = report.Figures(contender.Key, connections, mix, halfLoad)
        where figures is not null
        select (contender.Key, contender.Name, figures, contender.Key is "ours" or "sdk");

    private static void Save(Plot plot, string name, int width, int height)
    {
        plot.SaveSvg(Path.Combine(RepositoryFiles.Benchmarks, name + ".svg"), width, height);
    }
}
