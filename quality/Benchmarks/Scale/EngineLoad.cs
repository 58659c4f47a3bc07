using System.Diagnostics;
using InProcessCosmos.Execution;
using Microsoft.Extensions.Logging.Abstractions;
using StreamChecker.Load;
using StreamChecker.Server.Embedded;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Scale;

/// <summary>The embedded engine in this process, without HTTP: what one start costs, by the processor's time and not by the clock.</summary>
internal static class EngineLoad
{
    private const int Callers = 64;

    public static async Task<EngineCost> StartsAsync(string path, int starts, int warmUp)
    {
        await using var engine = DocumentEngine.Open(new EngineOptions { DataPath = path, CountSyncs = true }, TimeProvider.System, NullLogger.Instance);
        var partitions = new EmbeddedStreamPartitions(engine, StreamsProcedure.Body);
        await RunAsync(partitions, "warm", warmUp);
        var syncs = engine.Syncs;
        var allocated = GC.GetTotalAllocatedBytes();
        var cpu = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        await RunAsync(partitions, SeededStreams.NewUser, starts);
        var elapsed = Stopwatch.GetElapsedTime(began);
        return new(
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / starts,
            (GC.GetTotalAllocatedBytes() - allocated) / (double)starts,
            starts / elapsed.TotalSeconds,
            (engine.Syncs - syncs) / (double)starts);
    }

    private static Task RunAsync(EmbeddedStreamPartitions partitions, string name, int starts)
    {
        var next = 0;
        return Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) <= starts)
            {
                var command = new StartCommand
                {
                    UserId = $"{name}{number:D8}",
                    Key = RecordKey.New().ToString(),
                    StreamId = SeededStreams.StreamId,
                    DeviceName = SeededStreams.DeviceName,
                    LeaseMs = 90_000,
                    Plan = Plan.OfLimit(SeededStreams.Limit),
                };
                if (await partitions.ExecuteAsync(command, CancellationToken.None) is not PartitionResult.Committed { Reply: StreamReply.Admitted { Active: 1 } })
                {
                    throw new InvalidDataException($"{command.UserId} was not admitted as the first.");
                }
            }
        })));
    }
}

/// <summary>What a start costs in the engine.</summary>
/// <param name="Cpu">Processor time in microseconds.</param>
/// <param name="Allocated">Bytes allocated.</param>
/// <param name="Throughput">Starts a second.</param>
/// <param name="Syncs">Syncs of the disk.</param>
internal sealed record EngineCost(double Cpu, double Allocated, double Throughput, double Syncs);
