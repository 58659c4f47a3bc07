using System.Diagnostics.CodeAnalysis;

namespace InProcessCosmos.Documents;

/// <summary>
/// What the transactions of one batch have committed before the batch is on disk: later transactions of the same batch
/// see it. A null document is a deleted one.
/// </summary>
internal sealed class BatchOverlay
{
    private readonly Dictionary<byte[], Dictionary<string, StoredDocument?>> partitions = new(PrefixComparer.Instance);

    public Dictionary<string, StoredDocument?>? Of(PartitionAddress address) => partitions.GetValueOrDefault(address.Prefix);

    /// <summary>Takes over what an earlier batch has of a partition: readers of this one see those writes, too. Null where it has nothing.</summary>
    public Dictionary<string, StoredDocument?>? Inherit(BatchOverlay earlier, PartitionAddress address)
    {
        if (earlier.Of(address) is not { } seen)
        {
            return null;
        }

        var inherited = new Dictionary<string, StoredDocument?>(seen, StringComparer.Ordinal);
        partitions.Add(address.Prefix, inherited);
        return inherited;
    }

    public void Set(PartitionAddress address, string id, StoredDocument? document)
    {
        if (!partitions.TryGetValue(address.Prefix, out var written))
        {
            partitions.Add(address.Prefix, written = new(StringComparer.Ordinal));
        }

        written[id] = document;
    }

    public void Clear() => partitions.Clear();

    private sealed class PrefixComparer : IEqualityComparer<byte[]>
    {
        public static readonly PrefixComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => BitConverter.ToInt32(obj, PartitionAddress.PrefixLength - sizeof(int));
    }
}
