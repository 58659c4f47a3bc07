using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Embedded;
using StreamChecker.Embedded.Scripts;
using StreamChecker.Embedded.Storage;
using StreamChecker.Partitions;

namespace StreamChecker.Benchmarks.Costs;

/// <summary>What each operation costs, in request units: the real script is run and its reads and writes are counted.</summary>
/// <param name="FirstStart">A start of a user with no document yet.</param>
/// <param name="Start">A start in a slot that a stream of before has left.</param>
/// <param name="Refusal">A start of a user at the limit.</param>
/// <param name="Heartbeat">A heartbeat that is written.</param>
/// <param name="UnwrittenHeartbeat">A heartbeat that comes too soon to be written.</param>
/// <param name="Stop">A stop.</param>
/// <param name="DocumentBytes">How large a slot document is, with all that Cosmos DB adds to it.</param>
internal sealed record OperationCharges(
    double FirstStart, double Start, double Refusal, double Heartbeat, double UnwrittenHeartbeat, double Stop, int DocumentBytes)
{
    private const string UserId = "0d9b6a1e-5f3c-4b7d-9a52-6f1e2c3d4b5a";
    private const string StreamId = "7c1f9e34-2a6b-4d80-b1c5-93e7d2f4a6b8";

    public static async Task<OperationCharges> MeasureAsync()
    {
        using var data = new TemporaryData();
        var time = new SetTime();
        await using var engine = DocumentEngine.Open(new EmbeddedOptions { DataPath = data.Path }, time, NullLogger.Instance);
        _ = new EmbeddedStreamPartitions(engine);
        var run = new Runner(engine);

        var first = await run.ChargeAsync(StartOf("AAAAAAAAAAAAAAAAAAAAAA"), "admitted");
        var unwritten = await run.ChargeAsync(HeartbeatOf("AAAAAAAAAAAAAAAAAAAAAA"), "renewed");
        time.Advance(TimeSpan.FromSeconds(30));
        var written = await run.ChargeAsync(HeartbeatOf("AAAAAAAAAAAAAAAAAAAAAA"), "renewed");
        var refusal = await run.ChargeAsync(StartOf("BBBBBBBBBBBBBBBBBBBBBA"), "limitReached");
        var stop = await run.ChargeAsync(new StopCommand { UserId = UserId, Slot = 0, RecordId = "AAAAAAAAAAAAAAAAAAAAAA" }, "stopped");
        var again = await run.ChargeAsync(StartOf("CCCCCCCCCCCCCCCCCCCCCA"), "admitted");
        return new(first, again, refusal, written, unwritten, stop, await run.DocumentBytesAsync());
    }

    private static StartCommand StartOf(string recordId) => new()
    {
        UserId = UserId, RecordId = recordId, StreamId = StreamId, DeviceName = "Living room TV", LeaseMs = 90_000, DefaultLimit = 1,
    };

    private static RenewCommand HeartbeatOf(string recordId) => new()
    {
        UserId = UserId, Slot = 0, RecordId = recordId, LeaseMs = 90_000, IntervalMs = 30_000,
    };

    private sealed class Runner(DocumentEngine engine)
    {
        private readonly Container container = engine.Catalog.Container(StreamsContainer.Database, StreamsContainer.Id)!;

        private PartitionAddress Address => PartitionAddress.Of(container, PartitionKeyText.Of(UserId));

        public async Task<double> ChargeAsync(StreamCommand command, string expected)
        {
            var arguments = new ArrayBufferWriter<byte>();
            StreamsProcedure.WriteArguments(arguments, command);
            var procedure = engine.Catalog.Procedure(container, StreamsProcedure.Id)!;
            var work = new ProcedureWork(Address, procedure, arguments.WrittenMemory, ScriptRequest.None, CancellationToken.None);
            return await engine.TryRun(work)! is ScriptOutcome.Completed completed
                && System.Text.Encoding.UTF8.GetString(completed.Body.Span).Contains($"\"outcome\":\"{expected}\"", StringComparison.Ordinal)
                    ? completed.Charge
                    : throw new InvalidDataException($"The script did not answer {expected}.");
        }

        public async Task<int> DocumentBytesAsync() => await engine.TryRun(
            new DocumentWork<int>(Address, transaction => DocumentText.Of(container, transaction.Find("0")!).Length, CancellationToken.None))!;
    }

    private sealed class SetTime : TimeProvider
    {
        private DateTimeOffset now = new(2026, 1, 31, 20, 15, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        public void Advance(TimeSpan by) => now += by;
    }
}
