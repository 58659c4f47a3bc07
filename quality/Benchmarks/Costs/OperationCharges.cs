using InProcessCosmos.Documents;
using InProcessCosmos.Execution;
using InProcessCosmos.Scripts;
using Microsoft.Extensions.Logging.Abstractions;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Server.Embedded;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Costs;

/// <summary>The charge of one operation.</summary>
/// <param name="Units">In request units.</param>
/// <param name="Written">The number of documents that it creates, replaces or deletes.</param>
internal sealed record OperationCharge(double Units, int Written);

/// <summary>The charge of each operation, by running the real script and counting its reads and writes.</summary>
/// <param name="FirstStart">A user's first start.</param>
/// <param name="Start">A start of a user with one ended stream that is remembered.</param>
/// <param name="Rejection">A start of a user at the limit.</param>
/// <param name="StartWithRules">A start with four tags, under a plan of eight rules.</param>
/// <param name="ReplacingStart">A start of a user at the limit that replaces the oldest stream.</param>
/// <param name="Heartbeat">A heartbeat that is written.</param>
/// <param name="TwoSpeedHeartbeat">A heartbeat that is written with two speeds: it also reads the user document.</param>
/// <param name="UnwrittenHeartbeat">A heartbeat that is too early to be written.</param>
/// <param name="Stop">A stop.</param>
/// <param name="RecordBytes">The size of a record's document, with all that Cosmos DB adds to it.</param>
/// <param name="UserBytes">The size of a user document.</param>
internal sealed record OperationCharges(
    OperationCharge FirstStart,
    OperationCharge Start,
    OperationCharge Rejection,
    OperationCharge StartWithRules,
    OperationCharge ReplacingStart,
    OperationCharge Heartbeat,
    OperationCharge TwoSpeedHeartbeat,
    OperationCharge UnwrittenHeartbeat,
    OperationCharge Stop,
    int RecordBytes,
    int UserBytes)
{
    public const int Limit = 3;

    private const string UserId = "0d9b6a1e-5f3c-4b7d-9a52-6f1e2c3d4b5a";
    private const string StreamId = "7c1f9e34-2a6b-4d80-b1c5-93e7d2f4a6b8";

    /// <summary>Tags that the rules of <see cref="PlanOf"/> read.</summary>
    public static IReadOnlyDictionary<string, string> Tags { get; } =
        new SortedDictionary<string, string> { ["category"] = "sport", ["network"] = "home", ["quality"] = "uhd", ["type"] = "live" };

    /// <summary>A plan of up to eight rules of all forms. A user with few streams violates none.</summary>
    public static Plan PlanOf(int rules) => new("plan",
    [
        .. new PlanRule[]
        {
            new() { Name = Plan.AllStreams, Limit = 10 },
            new() { Name = "uhd", Limit = 5, Where = new Dictionary<string, IReadOnlyList<string>> { ["quality"] = ["uhd"] } },
            new() { Name = "same-title", Limit = 5, Per = "streamId" },
            new() { Name = "places", Limit = 5, Distinct = "network" },
            new() { Name = "live-sport", Limit = 5, Where = new Dictionary<string, IReadOnlyList<string>> { ["type"] = ["live"] } },
            new() { Name = "category", Limit = 5, Per = "category", OnLimit = OnLimit.ReplaceOldest },
            new() { Name = "devices", Limit = 5, Distinct = "deviceId" },
            new() { Name = "qualities", Limit = 5, Distinct = "quality", Observe = true },
        }.Take(rules),
    ]);

    public static async Task<OperationCharges> MeasureAsync()
    {
        using var data = new TemporaryData();
        var time = new SetTime();
        await using var engine = DocumentEngine.Open(new EngineOptions { DataPath = data.Path }, time, NullLogger.Instance);
        _ = new EmbeddedStreamPartitions(engine, StreamsProcedure.Body);
        var run = new Runner(engine);

        var first = await run.ChargeAsync(StartOf(1), "admitted");
        var startedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        var unwritten = await run.ChargeAsync(HeartbeatOf(1, startedAt), "renewed");
        time.Advance(TimeSpan.FromSeconds(30));
        var written = await run.ChargeAsync(HeartbeatOf(1, startedAt), "renewed");
        time.Advance(TimeSpan.FromSeconds(30));
        var twoSpeeds = await run.ChargeAsync(HeartbeatOf(1, startedAt) with { Relaxed = new(360_000, 120_000) }, "renewed");
        var (recordBytes, userBytes) = (await run.DocumentBytesAsync(KeyOf(1)), await run.DocumentBytesAsync("user"));
        var stop = await run.ChargeAsync(new StopCommand { UserId = UserId, Key = KeyOf(1), StartedAt = startedAt }, "stopped");
        var again = await run.ChargeAsync(StartOf(2), "admitted");
        var withRules = await run.ChargeAsync(StartOf(3) with { Plan = PlanOf(8), PlanIsNamed = true, Tags = Tags }, "admitted");
        await run.ChargeAsync(StartOf(4), "admitted");
        var rejection = await run.ChargeAsync(StartOf(5), "limitReached");
        var replacing = await run.ChargeAsync(StartOf(5) with { ReplaceOldest = true }, "admitted");
        return new(first, again, rejection, withRules, replacing, written, twoSpeeds, unwritten, stop, recordBytes, userBytes);
    }

    private static string KeyOf(int number) => new RecordKey((UInt128)number).ToString();

    private static StartCommand StartOf(int number) => new()
    {
        UserId = UserId, Key = KeyOf(number), StreamId = StreamId, DeviceName = "Living room TV", LeaseMs = 90_000, Plan = Plan.OfLimit(Limit),
    };

    private static RenewCommand HeartbeatOf(int number, long startedAt) => new()
    {
        UserId = UserId, Key = KeyOf(number), StartedAt = startedAt, LeaseMs = 90_000, IntervalMs = 30_000,
    };

    private sealed class Runner(DocumentEngine engine)
    {
        private readonly Container container = engine.Catalog.Container(StreamsContainer.Database, StreamsContainer.Id)!;

        private PartitionAddress Address => PartitionAddress.Of(container, PartitionKeyText.Of(UserId));

        public async Task<OperationCharge> ChargeAsync(StreamCommand command, string expected)
        {
            var before = await EtagsAsync();
            var procedure = engine.Catalog.Procedure(container, StreamsProcedure.Id)!;
            var work = new ProcedureWorkItem(Address, procedure, StreamsProcedure.Arguments(command), ScriptRequest.None, CancellationToken.None);
            if (await engine.TryRun(work)! is not ScriptOutcome.Completed completed
                || !System.Text.Encoding.UTF8.GetString(completed.Body.Span).Contains($"\"outcome\":\"{expected}\"", StringComparison.Ordinal))
            {
                throw new InvalidDataException($"The script did not return {expected}.");
            }

            var after = await EtagsAsync();
            return new(completed.Charge, after.Except(before).Select(document => document.Id).Union(before.Except(after).Select(document => document.Id)).Count());
        }

        public Task<int> DocumentBytesAsync(string id) => engine.TryRun(
            new DocumentWorkItem<int>(Address, transaction => DocumentJson.Of(container, transaction.Find(id)!).Length, CancellationToken.None))!;

        private Task<(string Id, ulong Etag)[]> EtagsAsync() => engine.TryRun(new DocumentWorkItem<(string, ulong)[]>(
            Address, transaction => [.. transaction.All().Select(document => (document.Id, document.Etag))], CancellationToken.None))!;
    }

    private sealed class SetTime : TimeProvider
    {
        private DateTimeOffset now = new(2026, 1, 31, 20, 15, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        // The engine's clock goes on by the monotonic clock: a stream's start must be at the time that is set.
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now.Ticks;

        public void Advance(TimeSpan by) => now += by;
    }
}
