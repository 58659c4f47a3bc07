using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace InProcessCosmos.Documents;

/// <summary>
/// Where a logical partition lies among the keys. A document's key is: a kind byte, the container, a hash of the
/// partition key (a prefix of fixed length for the Bloom filter), the partition key with its length, and the id.
/// </summary>
internal sealed class PartitionAddress : IEquatable<PartitionAddress>
{
    public const byte DocumentKind = (byte)'d';
    public const int PrefixLength = 1 + sizeof(uint) + sizeof(ulong);

    private const int KeyLengthOffset = PrefixLength;
    private const int KeyOffset = KeyLengthOffset + sizeof(ushort);

    private PartitionAddress(Container container, byte[] prefix, ulong hash) =>
        (Container, Prefix, Hash) = (container, prefix, hash);

    public Container Container { get; }

    /// <summary>What the keys of all the partition's documents begin with, and no other's.</summary>
    public byte[] Prefix { get; }

    public ulong Hash { get; }

    /// <summary>The value of the partition key, as JSON.</summary>
    public ReadOnlySpan<byte> PartitionKey => Prefix.AsSpan(KeyOffset);

    public static PartitionAddress Of(Container container, ReadOnlySpan<byte> partitionKey)
    {
        var prefix = new byte[KeyOffset + partitionKey.Length];
        prefix[0] = DocumentKind;
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(1), container.Number);
        var hash = XxHash64.HashToUInt64(partitionKey);
        BinaryPrimitives.WriteUInt64BigEndian(prefix.AsSpan(1 + sizeof(uint)), hash);
        BinaryPrimitives.WriteUInt16BigEndian(prefix.AsSpan(KeyLengthOffset), checked((ushort)partitionKey.Length));
        partitionKey.CopyTo(prefix.AsSpan(KeyOffset));
        return new(container, prefix, hash);
    }

    /// <summary>The first of the keys of a container's documents, and the first key after them.</summary>
    public static (byte[] First, byte[] After) Range(Container container)
    {
        var first = new byte[1 + sizeof(uint)];
        first[0] = DocumentKind;
        var after = first.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(first.AsSpan(1), container.Number);
        BinaryPrimitives.WriteUInt32BigEndian(after.AsSpan(1), container.Number + 1);
        return (first, after);
    }

    /// <summary>Takes a document's key apart. Null where its container is gone.</summary>
    public static (PartitionAddress Address, string Id)? Parse(ReadOnlySpan<byte> key, Func<uint, Container?> containers)
    {
        if (containers(BinaryPrimitives.ReadUInt32BigEndian(key[1..])) is not { } container)
        {
            return null;
        }

        var end = KeyOffset + BinaryPrimitives.ReadUInt16BigEndian(key[KeyLengthOffset..]);
        return (Of(container, key[KeyOffset..end]), Encoding.UTF8.GetString(key[end..]));
    }

    public bool Equals(PartitionAddress? other) => other is not null && Hash == other.Hash && Prefix.AsSpan().SequenceEqual(other.Prefix);

    public override bool Equals(object? obj) => Equals(obj as PartitionAddress);

    public override int GetHashCode() => (int)Hash;

    public byte[] KeyOf(string id)
    {
        var key = new byte[Prefix.Length + Encoding.UTF8.GetByteCount(id)];
        Prefix.CopyTo(key, 0);
        Encoding.UTF8.GetBytes(id, key.AsSpan(Prefix.Length));
        return key;
    }

    public string IdOf(ReadOnlySpan<byte> key) => Encoding.UTF8.GetString(key[Prefix.Length..]);
}
