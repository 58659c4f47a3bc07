using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace StreamChecker.Harness;

/// <summary>Telemetry without a listener.</summary>
internal static class Telemetry
{
    public static StreamTelemetry None() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
