using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace StreamChecker.Tests.Measurements;

/// <summary><c>docs/telemetry.md</c> has every instrument, with its kind and unit, and no other.</summary>
public sealed partial class TelemetryPageTests
{
    [Fact]
    public async Task ThePagesInstruments_AreTheMeters()
    {
        await using var server = new StreamServer();
        await server.CreateClient().StartAsync("anna");
        var published = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == StreamTelemetry.Name && instrument.Meter.Scope == server.Services.GetRequiredService<IMeterFactory>())
            {
                published.Add($"{instrument.Name}, {KindOf(instrument)}, {instrument.Unit}");
            }
        };

        listener.Start();

        var documented = Row().Matches(RepositoryFiles.Text("docs/telemetry.md"))
            .Select(row => $"{row.Groups[1].Value}, {row.Groups[2].Value}, {row.Groups[3].Value}");
        Assert.Equal(documented.Order(StringComparer.Ordinal), published.Order(StringComparer.Ordinal));
    }

    private static string KindOf(Instrument instrument) => Kind().Match(instrument.GetType().Name).Value.ToLowerInvariant();

    [GeneratedRegex(@"^\| `([^`]+)` \| (\w+), `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("Counter|Histogram|Gauge")]
    private static partial Regex Kind();
}
