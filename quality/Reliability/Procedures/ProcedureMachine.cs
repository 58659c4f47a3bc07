using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Procedures;

/// <summary>
/// A replica that runs a stored procedure on a snapshot, by a clock of its own: the engine's own script host and
/// transaction, which find all that they read in the snapshot.
/// </summary>
internal sealed class ProcedureMachine : IDisposable
{
    /// <summary>The user whose partition every snapshot is.</summary>
    public const string User = "anna";

    /// <summary>Many times what a call takes: a procedure that never ends has used it up soon.</summary>
    private const int MostStatements = 200_000;

    private static readonly PartitionAddress Address = PartitionAddress.Of(
        new Container(1, StreamsContainer.Database, StreamsContainer.Id, StreamsContainer.PartitionKeyPath, DefaultTimeToLive: -1),
        PartitionKeyText.Of(User));

    private static readonly ScriptRequest Logged = new(header => header == "x-ms-documentdb-script-enable-logging" ? "true" : null);

    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch);
    private readonly TemporaryFolder folder = new();
    private readonly DocumentStorage nothing;
    private readonly V8Watchdog watchdog = new();
    private readonly ProcedureRunner runner;
    private readonly Procedure procedure;

    public ProcedureMachine(string body)
    {
        var clock = new EngineClock(time);
        nothing = DocumentStorage.Open(folder.Path, PartitionAddress.PrefixLength, failure => Assert.Fail(failure.Message));
        procedure = new(Address.Container.Number, StreamsProcedure.Id, body, Etag: 1, Timestamp: 0, Resource: 1);
        runner = new(new(nothing, clock), clock, new(new ScriptLimits { Statements = MostStatements }, new(), watchdog));
    }

    /// <summary>Runs a command at a moment of this machine's clock, which never goes back. Nothing is committed yet.</summary>
    /// <param name="snapshot">What it sees.</param>
    /// <param name="command">The command.</param>
    /// <param name="now">The moment.</param>
    /// <param name="extra">What a procedure of the tests gets in addition to the command.</param>
    public SnapshotTransaction Run(
        ImmutableDictionary<string, StoredDocument> snapshot, StreamCommand command, long now, params (string Name, JsonNode Value)[] extra)
    {
        time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(now));
        var seen = new BatchOverlay();
        foreach (var (id, document) in snapshot)
        {
            seen.Set(Address, id, document);
        }

        var call = new ScriptCall(Address, Arguments(command, extra), Logged, ReadHint.None);
        runner.Run(procedure, [call], seen.Of, _ => { });
        var written = call.Writes.ToArray().ToImmutableDictionary(write => write.Id, write => write.Document);
        return new(command, now, snapshot, written, call.Outcome!);
    }

    public void Dispose()
    {
        runner.Dispose();
        watchdog.Dispose();
        nothing.Dispose();
        folder.Dispose();
    }

    private static byte[] Arguments(StreamCommand command, (string Name, JsonNode Value)[] extra)
    {
        var arguments = StreamsProcedure.Arguments(command);
        if (extra.Length == 0)
        {
            return arguments;
        }

        var json = JsonNode.Parse(arguments)!;
        foreach (var (name, value) in extra)
        {
            json[0]![name] = value;
        }

        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
