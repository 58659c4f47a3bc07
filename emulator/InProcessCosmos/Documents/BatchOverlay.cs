using System.Diagnostics.CodeAnalysis;

namespace InProcessCosmos.Documents;

/// <summary>
/// What the transactions of one batch have committed before the batch is on disk: later transactions of the same batch
/// see it. A null document is a deleted one.
/// </summary>
internal sealed class BatchOverlay
{
    // Larger tables are left to the garbage collector.
    private const int MostSpare = 1024;
    private const int MostSpareCapacity = 64;

    private readonly Dictionary<byte[], Dictionary<string, StoredDocument?>> partitions = new(PrefixComparer.Instance);
    private readonly Stack<Dictionary<string, StoredDocument?>> spare = [];

    public Dictionary<string, StoredDocument?>? Of(PartitionAddress address) => partitions.GetValueOrDefault(address.Prefix);

    /// <summary>Takes over what an earlier batch has of a partition: readers of this one see those writes, too. Null where it has nothing.</summary>
    public Dictionary<string, StoredDocument?>? Inherit(BatchOverlay earlier, PartitionAddress address)
    {
        if (earlier.Of(address) is not { } seen)
        {
            return null;
        }

        var inherited = Add(address);
        foreach (var (id, document) in seen)
        {
            inherited.Add(id, document);
        }

        return inherited;
    }

    public void Set(PartitionAddress address, string id, StoredDocument? document)
    {
        var written = Of(address) ?? Add(address);
        written[id] = document;
    }

    public void Clear()
    {
        foreach (var written in partitions.Values)
        {
            if (spare.Count < MostSpare && written.Capacity <= MostSpareCapacity)
            {
                written.Clear();
                spare.Push(written);
            }
        }

        partitions.Clear();
    }

    private Dictionary<string, StoredDocument?> Add(PartitionAddress address)
    {
        if (!spare.TryPop(out var written))
        {
            written = new(StringComparer.Ordinal);
        }

        partitions.Add(address.Prefix, written);
        return written;
    }

    private sealed class PrefixComparer : IEqualityComparer<byte[]>
    {
        public static readonly PrefixComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => BitConverter.ToInt32(obj, PartitionAddress.PrefixLength - sizeof(int));
    }
}
