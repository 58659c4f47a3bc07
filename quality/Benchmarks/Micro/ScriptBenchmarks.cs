using BenchmarkDotNet.Attributes;
using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Benchmarks.Costs;
using StreamChecker.Load;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Micro;

/// <summary>Calls of <c>streams.js</c>, all at once, whose writes are dropped: no queue, no thread, no disk.</summary>
public class ScriptBenchmarks : IDisposable
{
    private static readonly int[] Rules = [1, 4, 8];

    private readonly TemporaryData data = new();
    private DocumentStorage storage = null!;
    private PartitionTransaction transaction = null!;
    private ProcedureRunner script = null!;
    private V8Watchdog watchdog = null!;
    private Procedure procedure = null!;
    private readonly List<ScriptCall> calls = [];
    private (PartitionAddress Address, byte[] Arguments, ReadHint Hint)[] starts = [];
    private (PartitionAddress Address, byte[] Arguments, ReadHint Hint)[] rejections = [];
    private (PartitionAddress Address, byte[] Arguments, ReadHint Hint)[] heartbeats = [];
    private Dictionary<int, (PartitionAddress Address, byte[] Arguments, ReadHint Hint)[]> byRules = [];

    /// <summary>Whether V8 runs it, or Jint.</summary>
    [Params(true, false)]
    public bool InV8 { get; set; }

    /// <summary>How many calls are run at once.</summary>
    [Params(1, 32)]
    public int Calls { get; set; }

    /// <summary>Seeds one user of each kind.</summary>
    [GlobalSetup]
    public void Setup()
    {
        EmbeddedSeed.WriteAsync(data.Path, new(1000, 1000), _ => { }).GetAwaiter().GetResult();
        storage = DocumentStorage.Open(data.Path, PartitionAddress.PrefixLength, failure => Environment.FailFast(failure.Message));
        var container = new Catalog(storage).Container(StreamsContainer.Database, StreamsContainer.Id)!;
        var clock = new EngineClock(TimeProvider.System);
        transaction = new(storage, clock);
        watchdog = new();
        var trusted = new TrustedProcedures();
        if (InV8)
        {
            trusted.Add(StreamsProcedure.Body);
        }

        procedure = new(container.Number, StreamsProcedure.Id, StreamsProcedure.Body, Etag: 1, Timestamp: 0, Resource: 1);
        script = new(transaction, clock, new(new ScriptLimits(), trusted, watchdog));
        starts = [.. Enumerable.Range(0, Calls).Select(number => Start(container, $"nobody {number}"))];
        rejections = [.. Enumerable.Range(0, Calls).Select(number => Start(container, SeededStreams.FullRecord(number, 0).UserId))];
        byRules = Rules.ToDictionary(rules => rules, rules => Enumerable.Range(0, Calls).Select(number => Start(container, SeededStreams.LiveRecord(number).UserId, PlanOf(rules))).ToArray());
        heartbeats = [.. Enumerable.Range(0, Calls).Select(number => Heartbeat(container, SeededStreams.LiveRecord(number)))];
    }

    /// <summary>Removes the seeded data.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        script.Dispose();
        watchdog.Dispose();
        storage.Dispose();
        data.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts of users who have nothing.</summary>
    [Benchmark]
    public int StartAdmitted() => Run(starts, "admitted"u8);

    /// <summary>Starts of users at the limit.</summary>
    [Benchmark]
    public int StartRejected() => Run(rejections, "limitReached"u8);

    /// <summary>Starts of users who have one stream, under the plan without a file.</summary>
    [Benchmark]
    public int StartWithOneRule() => Run(byRules[1], "admitted"u8);

    /// <summary>The same, with tags and a plan of four rules.</summary>
    [Benchmark]
    public int StartWithFourRules() => Run(byRules[4], "admitted"u8);

    /// <summary>The same, with a plan of eight rules.</summary>
    [Benchmark]
    public int StartWithEightRules() => Run(byRules[8], "admitted"u8);

    /// <summary>Heartbeats that write.</summary>
    [Benchmark]
    public int Heartbeat() => Run(heartbeats, "\"written\":true"u8);

    private static (PartitionAddress, byte[], ReadHint) Start(Container container, string userId, Plan? plan = null) => (Address(container, userId), StreamsProcedure.Arguments(new StartCommand
    {
        UserId = userId, Key = "AAAAAAAAAAAAAAAAAAAAAA", StreamId = SeededStreams.StreamId, DeviceName = SeededStreams.DeviceName, LeaseMs = 90_000, Plan = plan ?? Plan.OfLimit(SeededStreams.Limit), PlanIsNamed = plan is not null,
        Tags = plan is null ? null : OperationCharges.Tags,
    }), ReadHint.WholePartition);

    private static Plan? PlanOf(int rules) => rules == 1 ? null : OperationCharges.PlanOf(rules);

    private static (PartitionAddress, byte[], ReadHint) Heartbeat(Container container, StreamRecordId record) => (Address(container, record.UserId), StreamsProcedure.Arguments(new RenewCommand
    {
        UserId = record.UserId, Key = record.Key.ToString(), StartedAt = record.StartedAt, LeaseMs = 200_000_000, IntervalMs = 90_000_000,
    }), ReadHint.Documents(record.Key.ToString()));

    private static PartitionAddress Address(Container container, string userId) => PartitionAddress.Of(container, PartitionKeyText.Of(userId));

    private int Run((PartitionAddress Address, byte[] Arguments, ReadHint Hint)[] given, ReadOnlySpan<byte> expected)
    {
        calls.Clear();
        foreach (var (address, arguments, hint) in given)
        {
            calls.Add(new(address, arguments, ScriptRequest.None, hint));
        }

        script.Run(procedure, calls, _ => null, _ => { });
        var length = 0;
        foreach (var call in calls)
        {
            var body = ((ScriptOutcome.Completed)call.Outcome!).Body;
            length += body.Span.IndexOf(expected) >= 0 ? body.Length : throw new InvalidDataException("The script returned another result.");
        }

        return length;
    }
}
