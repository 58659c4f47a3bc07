using System.Text.Json;
using System.Text.RegularExpressions;
using StreamChecker.Embedded.Storage;

namespace StreamChecker.Embedded.Queries;

/// <summary>What is asked of a partition: all its documents, or those that a query names.</summary>
internal sealed partial class FeedQuery
{
    private FeedQuery()
    {
    }

    public static FeedQuery WholePartition { get; } = new();

    public static FeedQuery Parse(string text, IReadOnlyDictionary<string, JsonElement> parameters) =>
        Whole().IsMatch(text) ? WholePartition : throw new FeedQueryException("not yet");

#pragma warning disable CA1822
    public FeedPage Read(PartitionTransaction transaction, int pageSize, string? continuation)
    {
        var documents = transaction.All();
        var start = continuation is null ? 0 : documents.FindIndex(document => string.CompareOrdinal(document.Id, continuation) > 0);
        if (start < 0)
        {
            return new(transaction.Address.Container, [], null);
        }

        var page = start == 0 && documents.Count <= pageSize ? documents : documents.GetRange(start, Math.Min(pageSize, documents.Count - start));
        var more = start + page.Count < documents.Count;
        return new(transaction.Address.Container, page, more ? page[^1].Id : null);
    }

    [GeneratedRegex(@"^\s*SELECT \* FROM c( WHERE c.userId = @userId)?\s*$")]
    private static partial Regex Whole();
}
