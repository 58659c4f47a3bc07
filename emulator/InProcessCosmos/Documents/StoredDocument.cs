using System.Buffers.Binary;

namespace InProcessCosmos.Documents;

/// <summary>
/// A document as it lies on disk: what the database knows of it (when it expires, its etag, its time stamp, its
/// resource id), then its JSON as the caller gave it, without system properties.
/// </summary>
internal sealed class StoredDocument(string id, byte[] value)
{
    private const int EtagOffset = sizeof(long);
    private const int TimestampOffset = EtagOffset + sizeof(ulong);
    private const int ResourceOffset = TimestampOffset + sizeof(uint);
    private const int JsonOffset = ResourceOffset + sizeof(ulong);

    public string Id => id;

    public byte[] Value => value;

    public ulong Etag => BinaryPrimitives.ReadUInt64LittleEndian(value.AsSpan(EtagOffset));

    /// <summary>When it was last written, in whole seconds since the epoch: <c>_ts</c>.</summary>
    public uint Timestamp => BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(TimestampOffset));

    /// <summary>The number behind <c>_rid</c>; the same for as long as the document lives.</summary>
    public ulong Resource => BinaryPrimitives.ReadUInt64LittleEndian(value.AsSpan(ResourceOffset));

    public ReadOnlyMemory<byte> Json => value.AsMemory(JsonOffset);

    public static StoredDocument Create(string id, ReadOnlySpan<byte> json, long expiresAt, ulong etag, uint timestamp, ulong resource)
    {
        var value = new byte[JsonOffset + json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(value, expiresAt);
        BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(EtagOffset), etag);
        BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(TimestampOffset), timestamp);
        BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(ResourceOffset), resource);
        json.CopyTo(value.AsSpan(JsonOffset));
        return new(id, value);
    }

    /// <summary>Whether a document has outlived its <c>ttl</c>: then it is invisible, and waits for the sweep.</summary>
    public static bool HasExpired(ReadOnlySpan<byte> value, long now) => BinaryPrimitives.ReadInt64LittleEndian(value) <= now;

    public bool HasExpired(long now) => HasExpired(value, now);
}
