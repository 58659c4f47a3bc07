using System.Globalization;
using System.Text;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Queries;

/// <summary>
/// Where the next page begins, as a continuation says it: how many results were given, and, where they come in the order
/// of the documents' ids, behind which document; so that what is deleted meanwhile shifts nothing.
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
            : throw new FeedQueryException($"The continuation token '{continuation}' is none of this engine's.");
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
