using System.Buffers;
using System.Text.Json;
using InProcessCosmos.Documents;
using InProcessCosmos.Queries.Expressions;

namespace InProcessCosmos.Queries;

/// <summary>What is asked of a partition: all its documents, or what a query makes of them.</summary>
internal sealed class FeedQuery(ParsedQuery query, QueryParameters parameters)
{
    public static FeedQuery WholePartition { get; } = new(ParsedQuery.Everything, QueryParameters.None);

    /// <exception cref="FeedQueryException">It is malformed, or asks for something that is not supported.</exception>
    public static FeedQuery Parse(string text, QueryParameters parameters) => new(ParsedQuery.Of(text), parameters);

    /// <exception cref="FeedQueryException">The continuation is none, or a parameter is missing.</exception>
    public FeedPage Read(PartitionTransaction transaction, int pageSize, string? continuation)
    {
        var position = FeedPosition.Parse(continuation);
        var documents = transaction.All();
        var container = transaction.Address.Container;
        return query.IsWhole(transaction.Address, parameters)
            ? ReadWhole(container, documents, pageSize, position)
            : ReadResults(container, documents, pageSize, position);
    }

    /// <summary>The results over resources that are not documents.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Over(IEnumerable<ReadOnlyMemory<byte>> resources)
    {
        var (offset, limit) = Window();
        return query.Run(resources, Parse, parameters)
            .Where(result => result.Value.IsDefined())
            .Skip(offset)
            .Take(limit)
            .Select(result => Write(result.Value));
    }

    private static FeedPage ReadWhole(Container container, List<StoredDocument> documents, int pageSize, FeedPosition position)
    {
        var start = position.Skip(documents);
        var count = Math.Min(pageSize, documents.Count - start);
        var items = new FeedItem[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = new(documents[start + i]);
        }

        return start + count < documents.Count
            ? new(container, items, new FeedPosition(position.Given + count, documents[start + count - 1].Id).ToString())
            : new(container, items, null);
    }

    private FeedPage ReadResults(Container container, List<StoredDocument> documents, int pageSize, FeedPosition position)
    {
        var (offset, limit) = Window();
        var left = Math.Max(0, limit - position.Given);
        var results = query.Run(documents.Skip(position.Skip(documents)), document => Parse(DocumentJson.Of(container, document)), parameters)
            .Where(result => result.Value.IsDefined())
            .Skip(position.AfterId is null ? offset + position.Given : 0)
            .Take((int)Math.Min(pageSize + 1L, left))
            .ToList();
        var page = results.GetRange(0, Math.Min(pageSize, results.Count));
        var next = new FeedPosition(position.Given + page.Count, query.KeepsOrder && page.Count > 0 ? page[^1].Source!.Id : null);
        return new(container, page.ConvertAll(result => Item(result.Source, result.Value)), results.Count > page.Count ? next.ToString() : null);
    }

    private FeedItem Item(StoredDocument? source, JsonElement value) =>
        query.Select is DocumentExpression && source is not null ? new(source) : new(Write(value));

    private (int Offset, int Limit) Window() => (Count(query.Offset, otherwise: 0), Count(query.Limit, otherwise: int.MaxValue));

    private int Count(QueryExpression? expression, int otherwise) =>
        expression is null ? otherwise
        : expression.Evaluate(new(default, parameters)).AsNumber() is { } number && number >= 0 && double.IsInteger(number) ? (int)Math.Min(number, int.MaxValue / 2)
        : throw new FeedQueryException("TOP, OFFSET and LIMIT take a whole number that is not negative.");

    private static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, DeepJson.Reader);
        return JsonElement.ParseValue(ref reader);
    }

    private static ReadOnlyMemory<byte> Write(JsonElement value)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            value.WriteTo(writer);
        }

        return json.WrittenMemory;
    }
}

/// <summary>A query that cannot run: the message names the error or the unsupported feature.</summary>
internal sealed class FeedQueryException(string message) : Exception(message);
