using System.Buffers.Binary;

namespace InProcessCosmos.Documents;

/// <summary>
/// The links and resource ids of Cosmos DB: <c>dbs/{id}/colls/{id}/docs/{id}</c> by names, or the same by resource ids,
/// which are base64 of the database's, the container's and the document's numbers, one after the other.
/// </summary>
internal static class ResourceLinks
{
    private const int DatabaseBytes = 4;
    private const int ContainerBytes = 8;
    private const int DocumentBytes = 16;

    /// <summary>How long a document's resource id is.</summary>
    public const int DocumentResourceLength = 24;

    private const ulong KindBits = 0xF0;
    private const ulong ProcedureKind = 0x80;
    private const ulong RangeKind = 0x50;

    public static string Alt(Container container) => $"dbs/{container.Database}/colls/{container.Id}";

    public static string Self(Container container) => container.SelfLink;

    /// <summary>The link to a document, by its resource id.</summary>
    public static string Self(Container container, string document) => $"{container.SelfLink}docs/{document}/";

    /// <summary>The resource id of the container's database.</summary>
    public static string DatabaseResource(string database)
    {
        Span<byte> bytes = stackalloc byte[DatabaseBytes];
        WriteDatabase(bytes, database);
        return Encode(bytes);
    }

    public static string ContainerResource(Container container)
    {
        Span<byte> bytes = stackalloc byte[ContainerBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, container.ResourceNumber);
        return Encode(bytes);
    }

    public static string DocumentResource(Container container, ulong document)
    {
        Span<char> text = stackalloc char[DocumentResourceLength];
        WriteDocument(text, container, document);
        return new(text);
    }

    /// <summary>Writes a document's resource id, which is always as long.</summary>
    public static void WriteDocument(Span<char> destination, Container container, ulong document)
    {
        Span<byte> bytes = stackalloc byte[DocumentBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, container.ResourceNumber);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[ContainerBytes..], document);
        Convert.TryToBase64Chars(bytes, destination, out _);
        destination.Replace('/', '-');
    }

    /// <summary>The number behind a document's resource id; null where it is none.</summary>
    public static ulong? DocumentNumber(ReadOnlySpan<char> resource)
    {
        Span<char> base64 = stackalloc char[DocumentResourceLength];
        Span<byte> bytes = stackalloc byte[DocumentBytes];
        if (resource.Length != base64.Length)
        {
            return null;
        }

        resource.Replace(base64, '-', '/');
        return Convert.TryFromBase64Chars(base64, bytes, out var length) && length == DocumentBytes
            ? BinaryPrimitives.ReadUInt64BigEndian(bytes[ContainerBytes..])
            : null;
    }

    public static string ProcedureResource(Container container, Procedure procedure) => DocumentResource(container, procedure.Resource);

    /// <summary>The resource id of the container's one partition key range.</summary>
    public static string RangeResource(Container container) => DocumentResource(container, RangeKind);

    /// <summary>The number in a new document's resource id. Clients tell what a resource id is of by the upper half of its last byte.</summary>
    public static ulong NewDocument() => (ulong)Random.Shared.NextInt64() & ~KindBits;

    /// <summary>The number in a new stored procedure's resource id.</summary>
    public static ulong NewProcedure() => NewDocument() | ProcedureKind;

    public static bool LeadsTo(Container container, string link) =>
        link.AsSpan().Trim('/').SequenceEqual(container.SelfLink.AsSpan().Trim('/')) || link.AsSpan().Trim('/').SequenceEqual(Alt(container));

    /// <summary>The ID of the document that a link names; null where the link leads elsewhere or nowhere.</summary>
    public static string? DocumentId(Container container, string link, Func<ulong, string?> byResource)
    {
        var parts = link.Trim('/').Split('/');
        if (parts is not ["dbs", _, "colls", _, "docs", var document] || !LeadsTo(container, string.Join('/', parts[..4])))
        {
            return null;
        }

        return link.TrimStart('/').StartsWith(container.SelfLink, StringComparison.Ordinal) && DocumentNumber(document) is { } number
            ? byResource(number)
            : document;
    }

    private static void WriteDatabase(Span<byte> bytes, string database) =>
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)System.IO.Hashing.XxHash32.HashToUInt32(System.Text.Encoding.UTF8.GetBytes(database)) | 1);

    /// <summary>The number behind a container's resource id.</summary>
    public static ulong ContainerNumber(string database, uint container)
    {
        Span<byte> bytes = stackalloc byte[ContainerBytes];
        WriteDatabase(bytes, database);

        // The top bit distinguishes a container's resource ID from a user's, in Cosmos DB's own encoding.
        BinaryPrimitives.WriteUInt32BigEndian(bytes[DatabaseBytes..], container | 0x8000_0000);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).Replace('/', '-');
}
