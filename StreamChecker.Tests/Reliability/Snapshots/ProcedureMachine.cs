using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.Embedded;
using StreamChecker.Embedded.Scripts;
using StreamChecker.Embedded.Storage;
using StreamChecker.Partitions;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>
/// A replica that runs a stored procedure on a snapshot, by a clock of its own: the engine's own script host and
/// transaction, which find all that they read in the snapshot.
/// </summary>
internal sealed class ProcedureMachine : IDisposable
{
    private static readonly PartitionAddress Address = PartitionAddress.Of(
        new Container(1, StreamsContainer.Database, StreamsContainer.Id, StreamsContainer.PartitionKeyPath, DefaultTimeToLive: -1),
        PartitionKeyText.Of(RaceCommands.User));

    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch);
    private readonly TemporaryFolder folder = new();
    private readonly DocumentStorage nothing;
    private readonly PartitionTransaction transaction;
    private readonly ProcedureEngine engine;

    public ProcedureMachine(string procedure)
    {
        var clock = new EngineClock(time);
        nothing = DocumentStorage.Open(folder.Path, failure => Assert.Fail(failure.Message));
        transaction = new(nothing, clock);
        engine = new(procedure, clock, new ScriptLimits());
    }

    /// <summary>Runs a command at a moment of this machine's clock, which never goes back. Nothing is committed yet.</summary>
    public SnapshotTransaction Run(ImmutableDictionary<string, StoredDocument> snapshot, StreamCommand command, long now, int skippedSlots = 0)
    {
        time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(now));
        var seen = new BatchOverlay();
        foreach (var (id, document) in snapshot)
        {
            seen.Set(Address, id, document);
        }

        transaction.Begin(Address, seen.Of(Address));
        var outcome = engine.Run(transaction, Arguments(command, skippedSlots), ScriptRequest.None);
        var written = ImmutableDictionary.CreateBuilder<string, StoredDocument?>();
        if (outcome is ScriptOutcome.Completed)
        {
            transaction.Commit((_, id, document) => written[id] = document);
        }
        else
        {
            transaction.Rollback();
        }

        return new(command, now, snapshot, written.ToImmutable(), outcome);
    }

    public void Dispose()
    {
        engine.Dispose();
        nothing.Dispose();
        folder.Dispose();
    }

    private static byte[] Arguments(StreamCommand command, int skippedSlots)
    {
        var arguments = new System.Buffers.ArrayBufferWriter<byte>();
        StreamsProcedure.WriteArguments(arguments, command);
        if (skippedSlots == 0)
        {
            return arguments.WrittenSpan.ToArray();
        }

        var withSkip = JsonNode.Parse(arguments.WrittenSpan)!;
        withSkip[0]!["skippedSlots"] = skippedSlots;
        return Encoding.UTF8.GetBytes(withSkip.ToJsonString());
    }
}
