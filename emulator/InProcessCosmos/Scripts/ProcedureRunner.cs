using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Scripts;

/// <summary>Runs stored procedure calls for one shard, in batches as large as the script host of the procedure accepts.</summary>
/// <param name="reader">Reads partitions.</param>
/// <param name="clock">The clock of the scripts.</param>
/// <param name="hosts">The shard's script hosts.</param>
/// <param name="recent">The partitions whose content is cached.</param>
internal sealed class ProcedureRunner(PartitionTransaction reader, EngineClock clock, ScriptHosts hosts, RecentPartitions? recent = null) : IDisposable
{
    /// <summary>The largest batch for V8, in characters. A call that reads more runs in Jint, since a heap overflow in V8 ends the process.</summary>
    private const int MostText = 2 << 20;

    private const int StampDigits = 9;
    private const int ResourceStampLength = 6;

    private static ReadOnlySpan<char> Base64 => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";

    private readonly ScriptFrame batch = new();
    private readonly ArrayBufferWriter<char> results = new(8192);
    private readonly List<BatchPartition> partitions = [];
    private readonly List<int> partitionOfCall = [];
    private readonly List<ScriptCall> left = [];

    // The documents that the next batch's calls name, read at once, and the number of those that are in use already.
    private readonly List<(PartitionAddress Address, string Id)> wanted = [];
    private readonly List<StoredDocument?> stored = [];
    private readonly List<StoredDocument> found = [];
    private int nextStored;
    private readonly char[] stamp = new char[StampDigits];

    // The state of the current run.
    private HostCalls hostCalls = null!;
    private Func<PartitionAddress, Dictionary<string, StoredDocument?>?> unwritten = _ => null;
    private bool inBatches;
    private bool oneByOne;

    /// <summary>Runs calls of one procedure in one container, one after the other.</summary>
    /// <param name="procedure">The procedure.</param>
    /// <param name="calls">The calls.</param>
    /// <param name="overlay">Returns the writes of a partition that are not in the storage yet; null if there are none.</param>
    /// <param name="finished">Called for each completed call. Later calls read what it puts into the overlay.</param>
    public void Run(
        Procedure procedure,
        IReadOnlyList<ScriptCall> calls,
        Func<PartitionAddress, Dictionary<string, StoredDocument?>?> overlay,
        Action<ScriptCall> finished)
    {
        if (hosts.TextOf(procedure).Error is { } error)
        {
            foreach (var call in calls)
            {
                call.Fail(new(DocumentResult.BadRequest, error) { Number = ScriptOutcome.Failed.CompileError });
                finished(call);
            }

            return;
        }

        unwritten = overlay;
        hostCalls ??= new(reader, clock, partitions, left);
        oneByOne = false;
        left.Clear();
        left.AddRange(calls);
        while (left.Count > 0)
        {
            var done = RunSome(procedure, hosts.RunsBatches(procedure), oneByOne ? 1 : left.Count);
            for (var i = 0; i < done; i++)
            {
                finished(left[i]);
            }

            left.RemoveRange(0, done);
        }
    }

    public void Dispose() => hosts.Dispose();

    /// <summary>Runs the first of the remaining calls, and returns the number of those that are completed.</summary>
    private int RunSome(Procedure procedure, bool batches, int most)
    {
        inBatches = batches;
        Compose(batches ? most : 1);
        if (batches && batch.Length > MostText)
        {
            return most > 1 ? RunSome(procedure, batches, most / 2) : RunSome(procedure, batches: false, 1);
        }

        hostCalls.MostText = batches ? MostText : int.MaxValue;
        var host = hosts.HostOf(procedure, left[0].Address.Container, batches, hostCalls.Respond);
        try
        {
            results.ResetWrittenCount();
            host.Run(batch.Complete(), results);
            if (host.IsSpent)
            {
                hosts.Drop(host);
            }

            return Read(results.WrittenSpan);
        }
        catch (ScriptAbortedException ended)
        {
            var culprit = host.Running;
            hosts.Drop(host);
            oneByOne = true;
            return End(procedure, culprit, ended.Outcome);
        }
        catch (InvalidDataException garbled)
        {
            hosts.Drop(host);
            return End(procedure, 0, new(DocumentResult.BadRequest, garbled.Message));
        }
    }

    /// <summary>Handles an aborted batch, whose results are all discarded: the call that was running gets its outcome, or runs in Jint.</summary>
    private int End(Procedure procedure, int culprit, ScriptOutcome.Failed? outcome)
    {
        var call = left[culprit];
        left.RemoveAt(culprit);
        left.Insert(0, call);
        if (outcome is null)
        {
            return RunSome(procedure, batches: false, 1);
        }

        call.Fail(outcome);
        return 1;
    }

    private void Compose(int most)
    {
        partitions.Clear();
        partitionOfCall.Clear();
        for (var i = 0; i < most; i++)
        {
            partitionOfCall.Add(Partition(left[i]));
        }

        ReadNamed();
        batch.Clear();
        batch.Add(clock.Now());
        AddStamps();
        batch.Add(partitions.Count);
        foreach (var partition in partitions)
        {
            batch.Add(partition.Address.PartitionKey);
            batch.Add(partition.IsWhole ? 1 : 0);
            Add(partition);
        }

        batch.Add(most);
        for (var i = 0; i < most; i++)
        {
            batch.Add(partitionOfCall[i]);
            batch.Add(left[i].Request.Logs ? 1 : 0);
            batch.Add(left[i].Arguments.Span);
        }
    }

    private void Add(BatchPartition partition)
    {
        if (!partition.IsWhole)
        {
            AddNamed(partition);
            return;
        }

        if (recent?.Find(partition.Address) is { } known)
        {
            Add(partition, known);
            return;
        }

        reader.Begin(partition.Address, partition.Unwritten);
        var documents = reader.All();
        reader.Rollback();
        Add(partition, documents);
        if (partition.Unwritten is not null)
        {
            // It was written a moment ago and is read again: more accesses are likely.
            recent?.Keep(partition.Address, documents);
        }
    }

    /// <summary>Adds the named documents of a partition to the batch.</summary>
    private void AddNamed(BatchPartition partition)
    {
        found.Clear();
        foreach (var id in partition.Ids)
        {
            if (partition.Unwritten is { } unwritten && unwritten.TryGetValue(id, out var document))
            {
                document = document?.HasExpired(clock.Now()) is true ? null : document;
            }
            else
            {
                document = stored[nextStored++];
            }

            if (document is not null)
            {
                found.Add(document);
            }
        }

        Add(partition, found);
    }

    /// <summary>Reads the named documents of all partitions from the storage at once.</summary>
    private void ReadNamed()
    {
        wanted.Clear();
        stored.Clear();
        nextStored = 0;
        foreach (var partition in partitions)
        {
            if (partition.IsWhole)
            {
                continue;
            }

            foreach (var id in partition.Ids)
            {
                if (partition.Unwritten?.ContainsKey(id) is not true)
                {
                    wanted.Add((partition.Address, id));
                }
            }
        }

        if (wanted.Count > 0)
        {
            reader.ReadStored(wanted, stored);
        }
    }

    private void Add(BatchPartition partition, IList<StoredDocument> documents)
    {
        batch.Add(documents.Count);
        foreach (var document in documents)
        {
            batch.Add(partition.Address.Container, document);
        }
    }

    /// <summary>Adds the random prefixes of new etags and resource IDs, which make them unique across batches.</summary>
    private void AddStamps()
    {
        var drawn = (ulong)Random.Shared.NextInt64();
        (drawn >> 27).TryFormat(stamp, out _, "x9", CultureInfo.InvariantCulture);
        Span<char> etag = ['"', .. stamp.AsSpan(0, StampDigits)];
        batch.Add(etag);
        Span<char> resource = stackalloc char[ResourceStampLength];
        drawn = (ulong)Random.Shared.NextInt64();
        foreach (ref var digit in resource)
        {
            digit = Base64[(int)(drawn & 63)];
            drawn >>= 6;
        }

        batch.Add(resource);
    }

    private int Partition(ScriptCall call)
    {
        var index = 0;
        while (index < partitions.Count && !partitions[index].Address.Equals(call.Address))
        {
            index++;
        }

        if (index == partitions.Count)
        {
            partitions.Add(new(call.Address, unwritten(call.Address)));
        }

        partitions[index].Expect(call.Hint);
        return index;
    }

    private int Read(ReadOnlySpan<char> text)
    {
        var reply = new ScriptFrameReader(text);
        var done = 0;
        while (!reply.IsAtEnd && done < partitionOfCall.Count)
        {
            Read(ref reply, left[done++]);
        }

        return done > 0 ? done : throw ScriptFrameReader.Garbled();
    }

    private void Read(ref ScriptFrameReader reply, ScriptCall call)
    {
        if (reply.Number() != 0)
        {
            call.Fail(HostCalls.ReadFailure(ref reply));
            return;
        }

        var body = reply.TryText(out var text) ? Utf8(text) : [];
        var log = reply.TryText(out var lines) ? lines.ToString() : null;
        var charge = RequestUnits.Script;
        for (var operations = reply.Number(); operations > 0; operations--)
        {
            charge += Charge(reply.Number(), (int)reply.Number());
        }

        for (var count = reply.Number(); count > 0; count--)
        {
            var id = reply.Text().ToString();
            call.Write(id, reply.TryText(out var json) ? ReadDocument(ref reply, call.Address, id, json) : null);
        }

        call.Outcome = new ScriptOutcome.Completed(body, charge) { Log = log };
    }

    private StoredDocument ReadDocument(ref ScriptFrameReader reply, PartitionAddress address, string id, ReadOnlySpan<char> json)
    {
        var expiresAt = reply.Number() is var moment and >= 0 ? moment : long.MaxValue;
        var timestamp = (uint)reply.Number();
        if (!ulong.TryParse(reply.Fixed(PartitionTransaction.EtagLength)[1..^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var etag)
            || ResourceLinks.DocumentNumber(reply.Fixed(ResourceLinks.DocumentResourceLength)) is not { } resource)
        {
            throw ScriptFrameReader.Garbled();
        }

        if (inBatches)
        {
            return StoredDocument.Create(id, json, expiresAt, etag, timestamp, resource);
        }

        // An untrusted script may have changed built-in objects that the library's own checks use.
        var (document, _) = IncomingDocument.Parse(Utf8(json), address.Container, makeId: false);
        return document is not null && document.Id == id && document.PartitionKey.AsSpan().SequenceEqual(address.PartitionKey)
            ? StoredDocument.Create(id, document.Json, expiresAt, etag, timestamp, resource)
            : throw ScriptFrameReader.Garbled();
    }

    private static double Charge(long kind, int length) => kind switch
    {
        0 => RequestUnits.Read(length),
        1 => RequestUnits.Create(length),
        2 => RequestUnits.Replace(length),
        3 => RequestUnits.Delete(length),
        _ => RequestUnits.Query(length),
    };

    private static byte[] Utf8(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}

/// <summary>A partition in a batch, and the documents that the calls are expected to read.</summary>
internal sealed class BatchPartition(PartitionAddress address, Dictionary<string, StoredDocument?>? unwritten)
{
    private List<string>? ids;

    public PartitionAddress Address => address;

    public Dictionary<string, StoredDocument?>? Unwritten => unwritten;

    public bool IsWhole { get; private set; }

    /// <summary>The IDs of the expected documents, unless all are expected.</summary>
    public ReadOnlySpan<string> Ids => CollectionsMarshal.AsSpan(ids);

    public void Expect(ReadHint hint)
    {
        IsWhole |= hint.IsWhole;
        foreach (var id in hint.Ids)
        {
            if (id is not null && ids?.Contains(id) is not true)
            {
                (ids ??= []).Add(id);
            }
        }
    }
}
