using System.Globalization;
using System.Text;

namespace StreamChecker.Reliability.Soak;

/// <summary>The samples as lines over time, in an SVG.</summary>
internal static class SoakPlot
{
    private const int Width = 900;
    private const int Height = 220;
    private const int Margin = 50;

    public static string Draw(IReadOnlyList<SoakSample> samples)
    {
        var svg = new StringBuilder();
        var panels = new (string Title, Func<SoakSample, double> Value)[]
        {
            ("starts, in all", sample => sample.Starts),
            ("memory, MB", sample => sample.MemoryMegabytes),
            ("handles", sample => sample.Handles),
            ("data folder, MB", sample => sample.DiskMegabytes),
        };
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{panels.Length * Height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (var i = 0; i < panels.Length; i++)
        {
            Panel(svg, samples, panels[i].Title, panels[i].Value, top: i * Height);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(StringBuilder svg, IReadOnlyList<SoakSample> samples, string title, Func<SoakSample, double> value, int top)
    {
        var (mostX, mostY) = (Math.Max(samples[^1].Minutes, 0.01), Math.Max(samples.Max(value), 1));
        var (floor, inner) = (top + Height - Margin, Height - (1.5 * Margin));
        double X(SoakSample sample) => Margin + (sample.Minutes / mostX * (Width - (2 * Margin)));
        double Y(SoakSample sample) => floor - (value(sample) / mostY * inner);
        var points = string.Join(' ', samples.Select(sample => string.Create(CultureInfo.InvariantCulture, $"{X(sample):F1},{Y(sample):F1}")));
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"{top + 18}\" font-weight=\"bold\">{title}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin - 4}\" y=\"{floor - inner + 4:F0}\" text-anchor=\"end\">{mostY:G4}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Margin}\" y=\"{floor + 16}\" text-anchor=\"end\">{mostX:F0} minutes</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Margin},{floor - inner:F0} V{floor} H{Width - Margin}\" fill=\"none\" stroke=\"gray\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"steelblue\" stroke-width=\"1.5\"/>\n");
    }
}
