using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace StreamChecker.Embedded.Storage;

/// <summary>
/// One transaction in one logical partition. What it writes is seen by nobody else until it is committed, and by nobody
/// ever if it is rolled back. A shard has one of these and uses it again and again.
/// </summary>
internal sealed class PartitionTransaction(DocumentStorage storage, EngineClock clock)
{
    private readonly Dictionary<string, StoredDocument?> written = new(StringComparer.Ordinal);
    private PartitionAddress? address;
    private Dictionary<string, StoredDocument?>? batch;

    public PartitionAddress Address => address ?? throw new InvalidOperationException("The transaction has not begun.");

    public void Begin(PartitionAddress partition, BatchOverlay overlay)
    {
        Debug.Assert(address is null && written.Count == 0, "The last transaction was neither committed nor rolled back.");
        address = partition;
        batch = overlay.IsEmpty ? null : overlay.Of(partition);
    }

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
        address = null;
    }

    public StoredDocument? Find(string id)
    {
        if (!written.TryGetValue(id, out var document) && batch?.TryGetValue(id, out document) is not true)
        {
            document = storage.Read(Address.KeyOf(id)) is { } value ? new(id, value) : null;
        }

        return document is not null && !document.HasExpired(clock.Now()) ? document : null;
    }

    /// <summary>All documents of the partition, in the order of their ids' bytes.</summary>
    public List<StoredDocument> All()
    {
        var documents = new List<StoredDocument>();
        var now = clock.Now();
        storage.Scan(Address.Prefix, (key, value) =>
        {
            var id = Address.IdOf(key);
            if (!StoredDocument.HasExpired(value, now) && !written.ContainsKey(id) && batch?.ContainsKey(id) is not true)
            {
                documents.Add(new(id, value.ToArray()));
            }
        });
        var inOrder = documents.Count;
        if (batch is not null)
        {
            documents.AddRange(batch.Where(entry => !written.ContainsKey(entry.Key)).Select(entry => entry.Value).OfType<StoredDocument>());
        }

        documents.AddRange(written.Values.OfType<StoredDocument>());
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
        return DocumentResult.Success(DocumentResult.NoContent, null);
    }

    public DocumentResult Read(string id) =>
        Find(id) is { } document ? DocumentResult.Success(DocumentResult.Ok, document) : NotFound;

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

    public static string EtagText(ulong etag) => string.Create(CultureInfo.InvariantCulture, $"\"{etag:x16}\"");

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
        return DocumentResult.Success(status, stored);
    }

    /// <summary>A document lives for its <c>ttl</c> after its <c>_ts</c>, if its container lets documents expire at all.</summary>
    private long ExpiresAt(int? timeToLive, long now) =>
        Address.Container.DefaultTimeToLive is not { } byDefault || (timeToLive ?? byDefault) < 0
            ? long.MaxValue
            : ((now / 1000) + (timeToLive ?? byDefault)) * 1000;
}
