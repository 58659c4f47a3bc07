using System.Globalization;
using System.Text;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Queries;

/// <summary>One page of what was asked of a partition.</summary>
/// <param name="Container">Whose documents they are.</param>
/// <param name="Items">The results.</param>
/// <param name="Continuation">With what the next page is asked for; null after the last one.</param>
internal sealed record FeedPage(Container Container, IReadOnlyList<FeedItem> Items, string? Continuation);

/// <summary>One result: a document as it is stored, or a JSON value that a query has made.</summary>
internal readonly record struct FeedItem
{
    private readonly ReadOnlyMemory<byte> value;

    public FeedItem(StoredDocument document) => Document = document;

    public FeedItem(ReadOnlyMemory<byte> value) => this.value = value;

    /// <summary>The document; null where the result is a value.</summary>
    public StoredDocument? Document { get; }

    /// <summary>The result as JSON; a document with its system properties.</summary>
    public ReadOnlyMemory<byte> Json(Container container) => Document is null ? value : DocumentJson.Of(container, Document);
}

/// <summary>
/// Where the next page begins, as a continuation says it: how many results were given, and, where they come in the order
/// of the documents' ids, after which document, so that a deletion between two pages shifts nothing.
/// </summary>
/// <param name="Given">How many results the pages before had.</param>
/// <param name="AfterId">The id of the last document that was looked at; null where the order is another.</param>
internal sealed record FeedPosition(int Given, string? AfterId)
{
    private const char Separator = ':';

    public static FeedPosition Start { get; } = new(0, null);

    /// <exception cref="FeedQueryException">The text is no continuation.</exception>
    public static FeedPosition Parse(string? continuation)
    {
        if (string.IsNullOrEmpty(continuation))
        {
            return Start;
        }

        var end = continuation.IndexOf(Separator, StringComparison.Ordinal);
        return int.TryParse(continuation.AsSpan(0, end < 0 ? continuation.Length : end), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? new(given, end < 0 ? null : continuation[(end + 1)..])
            : throw new FeedQueryException($"The continuation token '{continuation}' is not a token of this engine.");
    }

    /// <summary>How many of the documents, which come in the order of their ids' bytes, lie before this position.</summary>
    public int Skip(List<StoredDocument> documents)
    {
        if (AfterId is null)
        {
            return 0;
        }

        var last = Encoding.UTF8.GetBytes(AfterId);
        var next = documents.FindIndex(document => Encoding.UTF8.GetBytes(document.Id).AsSpan().SequenceCompareTo(last) > 0);
        return next < 0 ? documents.Count : next;
    }

    public override string ToString() =>
        AfterId is null
            ? Given.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{Given}{Separator}{AfterId}");
}
