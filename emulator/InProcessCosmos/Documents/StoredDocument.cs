using System.Buffers.Binary;
using System.Text;

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

    /// <summary>When it expires, in milliseconds since the epoch; the largest number for never.</summary>
    public long ExpiresAt => BinaryPrimitives.ReadInt64LittleEndian(value);

    public ulong Etag => BinaryPrimitives.ReadUInt64LittleEndian(value.AsSpan(EtagOffset));

    /// <summary>When it was last written, in whole seconds since the epoch: <c>_ts</c>.</summary>
    public uint Timestamp => BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(TimestampOffset));

    /// <summary>The number in <c>_rid</c>; the same for as long as the document lives.</summary>
    public ulong Resource => BinaryPrimitives.ReadUInt64LittleEndian(value.AsSpan(ResourceOffset));

    public ReadOnlyMemory<byte> Json => value.AsMemory(JsonOffset);

    public static StoredDocument Create(string id, ReadOnlySpan<byte> json, long expiresAt, ulong etag, uint timestamp, ulong resource)
    {
        var document = Create(id, json.Length, expiresAt, etag, timestamp, resource);
        json.CopyTo(document.Value.AsSpan(JsonOffset));
        return document;
    }

    /// <summary>The same of a text.</summary>
    public static StoredDocument Create(string id, ReadOnlySpan<char> json, long expiresAt, ulong etag, uint timestamp, ulong resource)
    {
        var document = Create(id, Encoding.UTF8.GetByteCount(json), expiresAt, etag, timestamp, resource);
        Encoding.UTF8.GetBytes(json, document.Value.AsSpan(JsonOffset));
        return document;
    }

    /// <summary>Whether a document has outlived its <c>ttl</c>: then it is invisible, and waits for the sweep.</summary>
    public static bool HasExpired(ReadOnlySpan<byte> value, long now) => BinaryPrimitives.ReadInt64LittleEndian(value) <= now;

    public bool HasExpired(long now) => HasExpired(value, now);

    private static StoredDocument Create(string id, int length, long expiresAt, ulong etag, uint timestamp, ulong resource)
    {
        var value = new byte[JsonOffset + length];
        BinaryPrimitives.WriteInt64LittleEndian(value, expiresAt);
        BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(EtagOffset), etag);
        BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(TimestampOffset), timestamp);
        BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(ResourceOffset), resource);
        return new(id, value);
    }
}
