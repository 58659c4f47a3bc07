using BenchmarkDotNet.Attributes;
using StreamChecker.Load;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Micro;

/// <summary>Ids, commands and replies as text.</summary>
public class TextBenchmarks
{
    private readonly StreamRecordId id = SeededStreams.LiveRecord(12345);
    private readonly string idText = SeededStreams.LiveId(12345);
    private readonly byte[] reply = """{"outcome":"admitted","replayed":false,"startedAt":1790000000000,"expiresAt":1790000090000,"limit":3,"active":1,"replaced":[]}"""u8.ToArray();
    private readonly StartCommand command = new()
    {
        UserId = SeededStreams.LiveRecord(12345).UserId, Key = SeededStreams.LiveRecord(12345).Key.ToString(), StreamId = SeededStreams.StreamId, DeviceName = SeededStreams.DeviceName, LeaseMs = 90_000, Plan = Plan.OfLimit(SeededStreams.Limit),
    };

    /// <summary>A record's id to text.</summary>
    [Benchmark]
    public string WriteId() => id.ToString();

    /// <summary>A record's id from text.</summary>
    [Benchmark]
    public bool ReadId() => StreamRecordId.TryParse(idText, out _);

    /// <summary>The stored procedure's argument.</summary>
    [Benchmark]
    public byte[] WriteArguments() => StreamsProcedure.Arguments(command);

    /// <summary>The stored procedure's reply.</summary>
    [Benchmark]
    public object ReadReply() => StreamsProcedure.ReadReply(reply);
}
