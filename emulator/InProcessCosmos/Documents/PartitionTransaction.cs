using System.Diagnostics;
using System.Globalization;
using System.Text;
using InProcessCosmos.Disk;

namespace InProcessCosmos.Documents;

/// <summary>
/// One transaction in one logical partition. Its writes are invisible to others until it commits, and are
/// dropped if it rolls back. A shard has one of these and uses it again and again.
/// </summary>
internal sealed class PartitionTransaction(DocumentStorage storage, EngineClock clock)
{
    /// <summary>How long an etag is as a text.</summary>
    public const int EtagLength = 18;

    private readonly Dictionary<string, StoredDocument?> written = new(StringComparer.Ordinal);

    // What lies on disk of the partition, once all of it was read: there is no other writer while the transaction runs.
    private readonly List<StoredDocument> stored = [];
    private bool hasAllStored;

    // The same of documents that were read one by one: who reads a document by its id replaces it by its resource id.
    private readonly List<StoredDocument> read = [];
    private readonly List<byte[]> keys = [];
    private readonly List<byte[]?> values = [];
    private Action<ReadOnlySpan<byte>, ReadOnlySpan<byte>>? collect;
    private PartitionAddress? address;
    private Dictionary<string, StoredDocument?>? batch;

    /// <summary>What was done since it began, in request units.</summary>
    public double Charge { get; private set; }

    public PartitionAddress Address => address ?? throw new InvalidOperationException("The transaction has not begun.");

    /// <param name="partition">The partition.</param>
    /// <param name="unwritten">What earlier transactions have written there and what is not in the storage yet; null where nothing is.</param>
    public void Begin(PartitionAddress partition, Dictionary<string, StoredDocument?>? unwritten)
    {
        Debug.Assert(address is null && written.Count == 0, "The last transaction was neither committed nor rolled back.");
        address = partition;
        Charge = 0;
        batch = unwritten;
    }

    public bool HasWritten => written.Count > 0;

    /// <summary>Takes a document for written, or for deleted where it is null.</summary>
    public void Assume(string id, StoredDocument? document) => written[id] = document;

    /// <summary>Ends the transaction and hands what it wrote to <paramref name="commit"/>.</summary>
    public void Commit(Action<PartitionAddress, string, StoredDocument?> commit)
    {
        foreach (var (id, document) in written)
        {
            commit(Address, id, document);
        }

        Rollback();
    }

    public void Rollback()
    {
        written.Clear();
        stored.Clear();
        hasAllStored = false;
        read.Clear();
        address = null;
    }

    public StoredDocument? Find(string id)
    {
        if (!written.TryGetValue(id, out var document) && batch?.TryGetValue(id, out document) is not true)
        {
            document = hasAllStored ? stored.Find(other => other.Id == id) : read.Find(other => other.Id == id) ?? ReadStored(id);
        }

        return document is not null && !document.HasExpired(clock.Now()) ? document : null;
    }

    /// <summary>The document with a resource id; null where there is none.</summary>
    public StoredDocument? FindByResource(ulong resource) =>
        read.Find(document => document.Resource == resource) is { } known && Find(known.Id) is { } current && current.Resource == resource
            ? current
            : Visible().Find(document => document.Resource == resource);

    /// <summary>
    /// Reads documents of any partitions from the storage, outside of a transaction. Adds each of them, or null where it is missing or has expired.
    /// </summary>
    public void ReadStored(IReadOnlyList<(PartitionAddress Address, string Id)> wanted, List<StoredDocument?> documents)
    {
        keys.Clear();
        values.Clear();
        foreach (var (partition, id) in wanted)
        {
            keys.Add(partition.KeyOf(id));
        }

        storage.Read(keys, values);
        var now = clock.Now();
        for (var i = 0; i < wanted.Count; i++)
        {
            documents.Add(values[i] is { } value && !StoredDocument.HasExpired(value, now) ? new(wanted[i].Id, value) : null);
        }
    }

    private StoredDocument? ReadStored(string id)
    {
        if (storage.Read(Address.KeyOf(id)) is not { } value)
        {
            return null;
        }

        var document = new StoredDocument(id, value);
        read.Add(document);
        return document;
    }

    /// <summary>All documents of the partition, in the order of their ids' bytes.</summary>
    public List<StoredDocument> All()
    {
        var documents = Visible();
        Charge += RequestUnits.Query(documents.Sum(document => document.Value.Length));
        return documents;
    }

    private List<StoredDocument> Visible()
    {
        if (!hasAllStored)
        {
            storage.Scan(Address.Prefix, collect ??= (key, value) => stored.Add(new(Address.IdOf(key), value.ToArray())));
            hasAllStored = true;
        }

        var documents = new List<StoredDocument>(stored.Count);
        var now = clock.Now();
        foreach (var document in stored)
        {
            if (!document.HasExpired(now) && !written.ContainsKey(document.Id) && batch?.ContainsKey(document.Id) is not true)
            {
                documents.Add(document);
            }
        }

        var inOrder = documents.Count;
        if (batch is not null)
        {
            documents.AddRange(batch.Where(entry => !written.ContainsKey(entry.Key)).Select(entry => entry.Value).OfType<StoredDocument>());
        }

        if (written.Count > 0)
        {
            documents.AddRange(written.Values.OfType<StoredDocument>());
        }

        if (documents.Count > inOrder)
        {
            documents.RemoveAll(document => document.HasExpired(now));
            documents.Sort((a, b) => Encoding.UTF8.GetBytes(a.Id).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.Id)));
        }

        return documents;
    }

    public DocumentResult Create(IncomingDocument document) =>
        Find(document.Id) is null
            ? Write(DocumentResult.Created, document, before: null)
            : DocumentResult.Failure(
                DocumentResult.Conflict, "Entity with the specified id already exists in the system.");

    public DocumentResult Upsert(IncomingDocument document, string? ifMatch) => Find(document.Id) switch
    {
        null => Write(DocumentResult.Created, document, before: null),
        var before when !Matches(ifMatch, before) => PreconditionFailed,
        var before => Write(DocumentResult.Ok, document, before),
    };

    public DocumentResult Replace(string id, IncomingDocument document, string? ifMatch) => Find(id) switch
    {
        null => NotFound,
        var before when !Matches(ifMatch, before) => PreconditionFailed,
        _ when document.Id != id => DocumentResult.Failure(
            DocumentResult.BadRequest, "The id of a document cannot be changed by a replace."),
        var before => Write(DocumentResult.Ok, document, before),
    };

    public DocumentResult Delete(string id, string? ifMatch)
    {
        var before = Find(id);
        if (before is null)
        {
            return NotFound;
        }

        if (!Matches(ifMatch, before))
        {
            return PreconditionFailed;
        }

        written[id] = null;
        Charge += RequestUnits.Delete(before.Value.Length);
        return DocumentResult.Success(DocumentResult.NoContent, null);
    }

    public DocumentResult Read(string id)
    {
        var document = Find(id);
        Charge += RequestUnits.Read(document?.Value.Length ?? 0);
        return document is not null ? DocumentResult.Success(DocumentResult.Ok, document) : NotFound;
    }

    /// <summary>Removes a document that has expired. False where it is gone, or was written again since.</summary>
    public bool Purge(string id)
    {
        if (batch?.ContainsKey(id) is true || storage.Read(Address.KeyOf(id)) is not { } value || !StoredDocument.HasExpired(value, clock.Now()))
        {
            return false;
        }

        written[id] = null;
        return true;
    }

    public static string EtagText(ulong etag) => string.Create(EtagLength, etag, static (text, number) => WriteEtag(text, number));

    /// <summary>Writes an etag as a text.</summary>
    public static void WriteEtag(Span<char> destination, ulong etag)
    {
        destination[0] = destination[EtagLength - 1] = '"';
        etag.TryFormat(destination[1..], out _, "x16", CultureInfo.InvariantCulture);
    }

    private static DocumentResult NotFound =>
        DocumentResult.Failure(DocumentResult.NotFound, "Resource Not Found: entity with the specified id does not exist in the system.");

    private static DocumentResult PreconditionFailed =>
        DocumentResult.Failure(DocumentResult.PreconditionFailed, "Operation cannot be performed because one of the specified precondition is not met.");

    private static bool Matches(string? ifMatch, StoredDocument document) =>
        ifMatch is null or "*" || ifMatch == EtagText(document.Etag);

    private DocumentResult Write(int status, IncomingDocument document, StoredDocument? before)
    {
        if (!document.PartitionKey.AsSpan().SequenceEqual(Address.PartitionKey))
        {
            return DocumentResult.Failure(
                DocumentResult.BadRequest, "PartitionKey extracted from document doesn't match the one specified in the header.");
        }

        var now = clock.Now();
        var stored = StoredDocument.Create(
            document.Id,
            document.Json,
            ExpiresAt(document.TimeToLive, now),
            etag: (ulong)Random.Shared.NextInt64(),
            timestamp: (uint)(now / 1000),
            resource: before?.Resource ?? ResourceLinks.NewDocument());
        written[document.Id] = stored;
        Charge += before is null ? RequestUnits.Create(stored.Value.Length) : RequestUnits.Replace(stored.Value.Length);
        return DocumentResult.Success(status, stored);
    }

    /// <summary>A document lives for its <c>ttl</c> after its <c>_ts</c>, if its container lets documents expire at all.</summary>
    private long ExpiresAt(int? timeToLive, long now) =>
        Address.Container.DefaultTimeToLive is not { } byDefault || (timeToLive ?? byDefault) < 0
            ? long.MaxValue
            : ((now / 1000) + (timeToLive ?? byDefault)) * 1000;
}
