using System.Globalization;
using System.Text;
using System.Text.Json;
using Jint.Native;
using StreamChecker.Reliability.Procedures;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>What the documentation leaves open; every possibility is searched.</summary>
/// <param name="DueDocuments">How a document looks whose time to live is over and which is not yet removed.</param>
/// <param name="UpsertsCompareVersions">Whether an upsert conflicts with a document that was written since the snapshot.</param>
internal sealed record StoreRules(DueDocuments DueDocuments = DueDocuments.Gone, bool UpsertsCompareVersions = true);

internal enum DueDocuments
{
    /// <summary>As if it were removed.</summary>
    Gone,

    /// <summary>It is not seen, but its id is taken.</summary>
    GoneButInTheWay,

    /// <summary>It is seen until it is removed.</summary>
    Seen,
}

/// <summary>All that can become of one initial state: contents of the partition, and what the commands do on each.</summary>
internal sealed class World
{
    private readonly SnapshotScript script;
    private readonly PartitionFormat format;
    private readonly StoreRules store;
    private readonly Dictionary<(string Json, long Ts), Document> documents = [];
    private readonly Dictionary<string, StreamCall> calls = [];
    private readonly Dictionary<string, PartitionContent> contents = [];
    private readonly Dictionary<(NamedCommand, Document?, bool), StreamCall> resolved = [];
    private readonly Dictionary<(string Key, long StartedAt), UInt128> streams = [];
    private readonly Dictionary<string, ulong> ids = [];

    public World(SnapshotScript script, PartitionFormat format, StoreRules store, InitialState state)
    {
        (this.script, this.format, this.store, State) = (script, format, store, state);
        Beginning = Content(
            from document in state.Documents()
            let stored = format.Document(document.Document)
            where stored is not null
            select Read(stored.ToJsonString(), document.WrittenAt));
        ActiveButDue = Beginning.ActiveButDue();
    }

    public InitialState State { get; }

    public PartitionContent Beginning { get; }

    /// <summary>The streams whose leases run though their documents are due: a clock was wrong by more than ten minutes.</summary>
    public UInt128 ActiveButDue { get; }

    /// <summary>The command as its caller can make it now; null where the caller cannot know the stream yet.</summary>
    public StreamCall? Call(NamedCommand named, PartitionContent committed, bool repeated)
    {
        var stream = named.Stream is { } key && !named.ForgottenStream
            ? committed.Record(key) ?? Beginning.Record(key)
            : null;
        if (named.Stream is { } other && !named.ForgottenStream && stream is null && other[0] != 'r')
        {
            return null;
        }

        if (!resolved.TryGetValue((named, stream, repeated), out var call))
        {
            var order = With(named.Order!, stream?.Stream!.StartedAt ?? Commands.LongAgo);
            var json = format.Command(order, stream, repeated);
            if (!calls.TryGetValue(json, out call))
            {
                calls[json] = call = new(named, order, json, script.Command(json), Target(order));
            }

            resolved[(named, stream, repeated)] = call;
        }

        return call;
    }

    public Execution Run(PartitionContent content, StreamCall call, long at)
    {
        if (!content.Executions.TryGetValue((call, at), out var execution))
        {
            var seen = content.Documents.Where(document => store.DueDocuments == DueDocuments.Seen || document.Due > at).ToArray();
            var blocked = store.DueDocuments == DueDocuments.GoneButInTheWay
                ? content.Documents.Except(seen).Select(document => (JsValue)document.Id).ToArray()
                : [];
            content.Executions[(call, at)] = execution =
                Judged(call, content, seen, at, script.Run([.. seen.Select(document => document.Script)], blocked, call.Script, at));
        }

        return execution;
    }

    public PartitionContent Commit(PartitionContent content, Execution execution)
    {
        if (!content.Next.TryGetValue(execution, out var next))
        {
            content.Next[execution] = next = Content(content.Documents
                .Where(document => execution.Writes.All(write => write.Id != document.Id))
                .Concat(execution.Writes.Select(write => write.After).OfType<Document>()));
        }

        return next;
    }

    public PartitionContent Remove(PartitionContent content, Document removed)
    {
        if (!content.Next.TryGetValue(removed, out var next))
        {
            content.Next[removed] = next = Content(content.Documents.Where(document => document != removed));
        }

        return next;
    }

    /// <summary>The streams that it did not see because their documents were due, though their leases ran.</summary>
    public UInt128 HiddenFrom(Execution execution)
    {
        UInt128 hidden = 0;
        foreach (var document in execution.Snapshot.Documents)
        {
            if (store.DueDocuments != DueDocuments.Seen && document.Due <= execution.At && document.Stream is { } stream)
            {
                hidden |= stream.Bit & ActiveButDue;
            }
        }

        return hidden;
    }

    private Execution Judged(StreamCall call, PartitionContent content, Document[] seen, long at, ScriptRun run)
    {
        var writes = run.Writes
            .Select(write => new DocumentWrite(write.Kind, write.Id, content.Find(write.Id), write.Content is { } json ? Read(json, at) : null))
            .ToArray();
        var reply = run.Body is { } body ? format.Reply(body) : null;
        var written = writes.Aggregate(0UL, (bits, write) => bits | IdBit(write.Id));
        var key = (call.Order as StartCommand)?.Key;
        return new(call, content, at, run)
        {
            Reply = reply,
            Writes = writes,
            Written = written,
            Compared = writes
                .Where(write => store.UpsertsCompareVersions || write.Kind != "upsert")
                .Aggregate(0UL, (bits, write) => bits | IdBit(write.Id)),
            HasEffect = writes.Any(write => write.After?.Stream?.Ended != "expired"),
            ReportedActive = reply switch
            {
                StreamReply.Renewed renewed => Bit(renewed.Record.Key, renewed.Record.StartedAt),
                StreamReply.Admitted admitted => Bit(key!, admitted.StartedAt),
                _ => 0,
            },
            ReportedOver = reply is StreamReply.Ended ? key is null ? call.Stream : content.Record(key)?.Stream!.Bit ?? 0 : 0,
            Shown = reply switch
            {
                StreamReply.Listed listed => Bits(listed.Streams),
                StreamReply.LimitReached rejection => rejection.Violations.Aggregate((UInt128)0, (bits, violation) => bits | Bits(violation.Streams)),
                StreamReply.Admitted { Replayed: false } admitted => Counted(seen, admitted) | Bit(key!, admitted.StartedAt),
                _ => 0,
            },
            ReportedStopped = reply switch
            {
                StreamReply.Stopped when call.Order is StopCommand => call.Stream,
                StreamReply.Stopped { Replayed: false } or StreamReply.Erased { Replayed: false } => content.All(),
                _ => 0,
            },
            Wrong = EffectRules.Broken(call.Order, seen, at, run, writes, reply),
        };
    }

    private static UInt128 Counted(Document[] seen, StreamReply.Admitted admitted) => seen
        .Select(document => document.Stream)
        .Where(stream => stream is not null && stream.IsActive(admitted.StartedAt)
            && admitted.Replaced.All(replaced => (replaced.Key, replaced.StartedAt) != (stream.Key, stream.StartedAt)))
        .Aggregate((UInt128)0, (bits, stream) => bits | stream!.Bit);

    private UInt128 Bits(IReadOnlyList<RecordView> views) => views.Aggregate((UInt128)0, (bits, view) => bits | Bit(view.Key, view.StartedAt));

    private PartitionContent Content(IEnumerable<Document> some)
    {
        var ordered = some.OrderBy(document => document.Id, StringComparer.Ordinal).ToArray();
        var text = new StringBuilder();
        foreach (var document in ordered)
        {
            text.Append(document.Json).Append('@').Append(document.Ts).Append('|');
        }

        var key = text.ToString();
        if (!contents.TryGetValue(key, out var content))
        {
            contents[key] = content = new(ordered, format.NeedsUserDocument);
        }

        return content;
    }

    private Document Read(string json, long writtenAt)
    {
        var ts = writtenAt / 1000;
        if (!documents.TryGetValue((json, ts), out var document))
        {
            using var parsed = JsonDocument.Parse(json);
            var root = parsed.RootElement;
            var id = root.GetProperty("id").GetString()!;
            var ttl = root.TryGetProperty("ttl", out var seconds) ? seconds.GetInt64() : -1;
            documents[(json, ts)] = document = new()
            {
                Id = id,
                Json = json,
                Ts = ts,
                Due = ttl < 0 ? long.MaxValue : (ts + ttl) * 1000,
                Script = script.Document(json, ts),
                IdBit = IdBit(id),
                Stream = StreamFacts.Of(root, Bit),
                AtLimit = root.TryGetProperty("atLimit", out var atLimit) ? atLimit.GetBoolean() : null,
                Plan = root.TryGetProperty("plan", out var plan) ? plan.GetString() : null,
                Limit = root.TryGetProperty("limit", out var limit) || root.TryGetProperty("maxConcurrentStreams", out limit) ? limit.GetInt32() : null,
            };
        }

        return document;
    }

    private UInt128 Target(StreamCommand order) => order switch
    {
        RenewCommand renew => Bit(renew.Key, renew.StartedAt),
        StopCommand stop => Bit(stop.Key, stop.StartedAt),
        _ => 0,
    };

    private static StreamCommand With(StreamCommand order, long startedAt) => order switch
    {
        RenewCommand renew => renew with { StartedAt = startedAt },
        StopCommand stop => stop with { StartedAt = startedAt },
        StartCommand { Replace: [var named] } start => start with { Replace = [named with { StartedAt = startedAt }] },
        _ => order,
    };

    private UInt128 Bit(string key, long startedAt)
    {
        if (!streams.TryGetValue((key, startedAt), out var bit))
        {
            streams[(key, startedAt)] = bit = streams.Count < 128
                ? UInt128.One << streams.Count
                : throw new InvalidOperationException("A search knows 128 streams at most.");
        }

        return bit;
    }

    private ulong IdBit(string id)
    {
        if (!ids.TryGetValue(id, out var bit))
        {
            ids[id] = bit = ids.Count < 64 ? 1UL << ids.Count : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{ids.Count} ids."));
        }

        return bit;
    }
}
