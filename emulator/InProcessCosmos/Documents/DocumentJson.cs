using System.Diagnostics;
using System.Globalization;
using System.Text.Unicode;

namespace InProcessCosmos.Documents;

/// <summary>A document as its readers get it: the JSON that was written, and the system properties after it.</summary>
internal static class DocumentJson
{
    private const int LongestSystemProperties = 192;

    public static ReadOnlyMemory<byte> Of(Container container, StoredDocument document)
    {
        var own = document.Json.Span[..^1];
        var resource = ResourceLinks.DocumentResource(container, document.Resource);
        var text = new byte[own.Length + LongestSystemProperties + container.SelfLink.Length];
        own.CopyTo(text);
        var isWritten = Utf8.TryWrite(
            text.AsSpan(own.Length),
            CultureInfo.InvariantCulture,
            $"{(own.Length > 1 ? "," : "")}\"_rid\":\"{resource}\",\"_self\":\"{ResourceLinks.Self(container, resource)}\",\"_etag\":\"\\\"{document.Etag:x16}\\\"\",\"_attachments\":\"attachments/\",\"_ts\":{document.Timestamp}}}",
            out var length);
        Debug.Assert(isWritten, "Resource ids, etags and time stamps have a fixed length.");
        return text.AsMemory(0, own.Length + length);
    }
}
