using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace StreamChecker.Harness;

/// <summary>Telemetry that nobody listens to.</summary>
internal static class Telemetry
{
    public static StreamTelemetry None() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
