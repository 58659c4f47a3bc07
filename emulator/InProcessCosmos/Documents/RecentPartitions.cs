using System.Text;

namespace InProcessCosmos.Documents;

/// <summary>
/// The content of a few partitions that are written again and again, as their shard's transactions leave it, on disk or not yet. In
/// the storage each of their writes and deletes stays on the way of every scan until RocksDB compacts it.
/// </summary>
internal sealed class RecentPartitions
{
    private const int MostPartitions = 16;
    private const int MostDocuments = 256;
    private const int MostBytes = 16 << 10; // of a document: what is kept has its limit

    private readonly Dictionary<PartitionAddress, SortedList<string, StoredDocument>> partitions = [];

    /// <summary>All documents of a partition in the order of their ids' bytes, expired ones too; null where they are not known.</summary>
    public IList<StoredDocument>? Find(PartitionAddress address) => partitions.Count > 0 && partitions.TryGetValue(address, out var known) ? known.Values : null;

    /// <summary>Keeps what was read of a partition, up to date with what is not in the storage yet.</summary>
    public void Keep(PartitionAddress address, List<StoredDocument> documents)
    {
        if (documents.Count > MostDocuments || documents.Exists(document => document.Value.Length > MostBytes))
        {
            return;
        }

        if (partitions.Count >= MostPartitions)
        {
            partitions.Clear();
        }

        var kept = new SortedList<string, StoredDocument>(documents.Count + 8, Utf8Order.Instance);
        foreach (var document in documents)
        {
            kept.Add(document.Id, document);
        }

        partitions[address] = kept;
    }

    /// <summary>Takes note of a write; of a delete where the document is null.</summary>
    public void Set(PartitionAddress address, string id, StoredDocument? document)
    {
        if (partitions.Count == 0 || !partitions.TryGetValue(address, out var kept))
        {
            return;
        }

        if (document is null)
        {
            kept.Remove(id);
        }
        else if (kept.Count < MostDocuments && document.Value.Length <= MostBytes)
        {
            kept[id] = document;
        }
        else
        {
            partitions.Remove(address);
        }
    }

    /// <summary>Forgets everything: writes that were noted have not reached the disk.</summary>
    public void Clear() => partitions.Clear();

    /// <summary>The order of the ids' bytes in UTF-8.</summary>
    private sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(string? x, string? y) => Ascii.IsValid(x) && Ascii.IsValid(y)
            ? string.CompareOrdinal(x, y)
            : Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
    }
}
