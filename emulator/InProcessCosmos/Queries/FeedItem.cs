using InProcessCosmos.Documents;

namespace InProcessCosmos.Queries;

/// <summary>One result: a document as it is stored, or a JSON value that a query has made.</summary>
internal readonly record struct FeedItem
{
    private readonly ReadOnlyMemory<byte> value;

    public FeedItem(StoredDocument document) => Document = document;

    public FeedItem(ReadOnlyMemory<byte> value) => this.value = value;

    /// <summary>The document; null where the result is a value.</summary>
    public StoredDocument? Document { get; }

    /// <summary>The result as JSON; a document with its system properties.</summary>
    public ReadOnlyMemory<byte> Json(Container container) => Document is null ? value : DocumentText.Of(container, Document);
}
