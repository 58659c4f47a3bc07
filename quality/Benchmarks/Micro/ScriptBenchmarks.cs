using System.Buffers;
using BenchmarkDotNet.Attributes;
using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Load;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Micro;

/// <summary>One call of <c>streams.js</c> in a kept engine, on a transaction that is rolled back: no queue, no thread, no disk.</summary>
public class ScriptBenchmarks : IDisposable
{
    private readonly TemporaryData data = new();
    private DocumentStorage storage = null!;
    private PartitionTransaction transaction = null!;
    private ProcedureEngine script = null!;
    private PartitionAddress nobody = null!;
    private PartitionAddress full = null!;
    private PartitionAddress live = null!;
    private byte[] startOfNobody = null!;
    private byte[] startOfFull = null!;
    private byte[] heartbeat = null!;

    /// <summary>Seeds one user of each kind.</summary>
    [GlobalSetup]
    public void Setup()
    {
        EmbeddedSeed.WriteAsync(data.Path, new(1000, 1000), _ => { }).GetAwaiter().GetResult();
        storage = DocumentStorage.Open(data.Path, PartitionAddress.PrefixLength, failure => Environment.FailFast(failure.Message));
        var container = new Catalog(storage).Container(StreamsContainer.Database, StreamsContainer.Id)!;
        var clock = new EngineClock(TimeProvider.System);
        transaction = new(storage, clock);
        script = new(StreamsProcedure.Body, clock, new ScriptLimits());
        (nobody, startOfNobody) = (Address(container, "nobody"), Start("nobody"));
        var fullUser = SeededStreams.FullRecord(7, 0).UserId;
        (full, startOfFull) = (Address(container, fullUser), Start(fullUser));
        var record = SeededStreams.LiveRecord(7);
        live = Address(container, record.UserId);
        heartbeat = Arguments(new RenewCommand { UserId = record.UserId, Key = record.Key.ToString(), StartedAt = record.StartedAt, LeaseMs = 200_000_000, IntervalMs = 90_000_000 });
    }

    /// <summary>Removes the seeded data.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        script.Dispose();
        storage.Dispose();
        data.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A start of a user who has nothing.</summary>
    [Benchmark]
    public int StartAdmitted() => Run(nobody, startOfNobody, "admitted"u8);

    /// <summary>A start of a user at the limit.</summary>
    [Benchmark]
    public int StartRefused() => Run(full, startOfFull, "limitReached"u8);

    /// <summary>A heartbeat that writes.</summary>
    [Benchmark]
    public int Heartbeat() => Run(live, heartbeat, "\"written\":true"u8);

    /// <summary>The read of a partition that has nothing.</summary>
    [Benchmark]
    public int ReadOfEmptyPartition()
    {
        transaction.Begin(nobody, null);
        var count = transaction.All().Count;
        transaction.Rollback();
        return count;
    }

    private static PartitionAddress Address(Container container, string userId) => PartitionAddress.Of(container, PartitionKeyText.Of(userId));

    private static byte[] Start(string userId) => Arguments(new StartCommand
    {
        UserId = userId, Key = "AAAAAAAAAAAAAAAAAAAAAA", StreamId = SeededStreams.StreamId, DeviceName = SeededStreams.DeviceName, LeaseMs = 90_000, DefaultLimit = SeededStreams.Limit,
    });

    private static byte[] Arguments(StreamCommand command)
    {
        var arguments = new ArrayBufferWriter<byte>();
        StreamsProcedure.WriteArguments(arguments, command);
        return arguments.WrittenSpan.ToArray();
    }

    private int Run(PartitionAddress address, byte[] arguments, ReadOnlySpan<byte> expected)
    {
        transaction.Begin(address, null);
        var outcome = (ScriptOutcome.Completed)script.Run(transaction, arguments, ScriptRequest.None);
        transaction.Rollback();
        return outcome.Body.Span.IndexOf(expected) >= 0 ? outcome.Body.Length : throw new InvalidDataException("The script answered something else.");
    }
}
