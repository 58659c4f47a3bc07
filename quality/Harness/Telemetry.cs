using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Harness;

/// <summary>Telemetry without a listener.</summary>
internal static class Telemetry
{
    public static StreamTelemetry None() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}

/// <summary>A limiter without a host.</summary>
internal static class Limiters
{
    public static StreamLimiter Of(IStreamPartitions partitions, StreamCheckerOptions settings, TimeProvider time, StreamTelemetry? telemetry = null)
    {
        var options = Options.Create(settings);
        telemetry ??= Telemetry.None();
        return new(partitions, options, new PlanCatalog(options, new PlanSource(), time, telemetry, NullLogger<PlanCatalog>.Instance), time, telemetry);
    }
}
