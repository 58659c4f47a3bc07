using System.Buffers;
using System.Globalization;
using System.Text;

namespace StreamChecker.Embedded.Storage;

/// <summary>A document as its readers get it: the JSON that was written, and the system properties behind it.</summary>
internal static class DocumentText
{
    public static ReadOnlyMemory<byte> Of(Container container, StoredDocument document)
    {
        var own = document.Json.Span[..^1];
        var system = string.Create(
            CultureInfo.InvariantCulture,
            $"\"_rid\":\"{ResourceLinks.DocumentResource(container, document.Resource)}\",\"_self\":\"{ResourceLinks.Self(container, document.Resource)}\",\"_etag\":\"\\\"{document.Etag:x16}\\\"\",\"_attachments\":\"attachments/\",\"_ts\":{document.Timestamp}}}");
        var text = new ArrayBufferWriter<byte>(own.Length + 1 + system.Length);
        text.Write(own);
        if (own.Length > 1)
        {
            text.Write(","u8);
        }

        Encoding.ASCII.GetBytes(system, text);
        return text.WrittenMemory;
    }
}
