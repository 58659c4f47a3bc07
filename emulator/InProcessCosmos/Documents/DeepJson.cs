using System.Text.Json;

namespace InProcessCosmos.Documents;

/// <summary>JSON as deep as documents may nest, and what is wrapped around them; .NET reads and writes half of that by default.</summary>
internal static class DeepJson
{
    private const int MaxDepth = IncomingDocument.MaxNesting + 8;

    public static readonly JsonDocumentOptions Document = new() { MaxDepth = MaxDepth };

    public static readonly JsonReaderOptions Reader = new() { MaxDepth = MaxDepth };

    public static readonly JsonSerializerOptions Serializer = new() { MaxDepth = MaxDepth };
}
