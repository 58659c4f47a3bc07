using System.Buffers.Text;
using System.Globalization;
using System.IO.Hashing;
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
/// <remarks>A token has a checksum: one that was altered on its way is rejected, and is not the token of another page.</remarks>
internal sealed record FeedPosition(int Given, string? AfterId)
{
    private const char Separator = ':';
    private const int ChecksumLength = sizeof(uint);

    public static FeedPosition Start { get; } = new(0, null);

    /// <exception cref="FeedQueryException">The text is no continuation.</exception>
    public static FeedPosition Parse(string? continuation) =>
        string.IsNullOrEmpty(continuation) ? Start
        : Decode(continuation) is { } position && position.ToString() == continuation ? position
        : throw new FeedQueryException($"The continuation token '{continuation}' is not valid.");

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

    /// <summary>The token.</summary>
    public override string ToString()
    {
        var text = Encoding.UTF8.GetBytes(AfterId is null
            ? Given.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{Given}{Separator}{AfterId}"));
        return Base64Url.EncodeToString([.. XxHash32.Hash(text), .. text]);
    }

    private static FeedPosition? Decode(string token)
    {
        if (!Base64Url.IsValid(token) || Base64Url.DecodeFromChars(token) is not { Length: > ChecksumLength } bytes)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes.AsSpan(ChecksumLength));
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        return int.TryParse(text.AsSpan(0, end < 0 ? text.Length : end), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? new(given, end < 0 ? null : text[(end + 1)..])
            : null;
    }
}
