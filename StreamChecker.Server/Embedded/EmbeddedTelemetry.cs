using System.Diagnostics.Metrics;
using InProcessCosmos.Execution;

namespace StreamChecker.Server.Embedded;

/// <summary>What the engine tells OpenTelemetry, beside <see cref="StreamTelemetry"/> and under the same name.</summary>
internal sealed class EmbeddedTelemetry
{
    public EmbeddedTelemetry(IMeterFactory meters, DocumentEngine engine) => meters.Create(StreamTelemetry.Name).CreateObservableGauge(
        "stream_checker.embedded.queue.depth", () => engine.QueueDepth, "{transaction}", "Transactions that wait for a shard.");
}
