using System.Diagnostics.Metrics;
using InProcessCosmos.Execution;

namespace StreamChecker.Server.Embedded;

/// <summary>The instruments of the engine, in a meter with the same name as that of <see cref="StreamTelemetry"/>.</summary>
internal sealed class EmbeddedTelemetry
{
    public EmbeddedTelemetry(IMeterFactory meters, DocumentEngine engine) => meters.Create(StreamTelemetry.Name).CreateObservableGauge(
        "stream_checker.embedded.queue.depth", () => engine.QueueDepth, "{transaction}", "Transactions that wait for a shard.");
}
