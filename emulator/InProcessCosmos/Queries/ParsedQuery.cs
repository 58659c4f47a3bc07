using System.Collections.Concurrent;
using System.Text.Json;
using InProcessCosmos.Documents;
using InProcessCosmos.Queries.Expressions;

namespace InProcessCosmos.Queries;

/// <summary>A query's text, understood: the same for all its runs.</summary>
internal sealed record ParsedQuery
{
    private const int MostKept = 256;

    private static readonly ConcurrentDictionary<string, ParsedQuery> Kept = new(StringComparer.Ordinal);

    /// <summary><c>SELECT * FROM c</c>.</summary>
    public static ParsedQuery Everything { get; } = new();

    /// <summary>What is made of each document.</summary>
    public QueryExpression Select { get; init; } = new DocumentExpression();

    /// <summary>What is made of all of them together; null where each is a result of its own.</summary>
    public Func<IEnumerable<JsonElement>, JsonElement>? Aggregate { get; init; }

    /// <summary>What must be true of a document; null where all are selected.</summary>
    public QueryExpression? Filter { get; init; }

    public IReadOnlyList<QueryOrder> Order { get; init; } = [];

    public QueryExpression? Offset { get; init; }

    /// <summary>How many results there are at most, by TOP or by LIMIT.</summary>
    public QueryExpression? Limit { get; init; }

    /// <summary>Whether results come in the order of the documents, one of each.</summary>
    public bool KeepsOrder => Order.Count == 0 && Aggregate is null;

    /// <exception cref="FeedQueryException">It is malformed, or asks for something that is not supported.</exception>
    public static ParsedQuery Of(string text)
    {
        if (Kept.TryGetValue(text, out var kept))
        {
            return kept;
        }

        var query = QueryParser.Parse(text);
        if (Kept.Count >= MostKept)
        {
            // Nearly all queries have parameters and few texts; a query with its values in the text is parsed each time.
            Kept.Clear();
        }

        return Kept.GetOrAdd(text, query);
    }

    /// <summary>Whether this is nothing but the partition's documents: no filter, or one for the partition's own key.</summary>
    public bool IsWhole(PartitionAddress address, QueryParameters parameters)
    {
        var (isWhole, parameter, literal) = WholePartitionOf(address.Container);
        if (!isWhole || (parameter is null && literal is null))
        {
            return isWhole;
        }

        var key = literal is { } value ? PartitionKeyText.Of(value) : parameters.PartitionKey(parameter!);
        return key is not null && address.PartitionKey.SequenceEqual(key);
    }

    /// <summary>
    /// Whether this is all documents of one partition: without a filter of any, or with one that compares the partition key with a
    /// parameter or a literal of the one whose key that is.
    /// </summary>
    public (bool IsWhole, string? Parameter, JsonElement? Literal) WholePartitionOf(Container container)
    {
        if (Select is not DocumentExpression || !KeepsOrder || Offset is not null || Limit is not null)
        {
            return default;
        }

        if (Filter is null)
        {
            return (true, null, null);
        }

        if (Filter is not ComparisonExpression { Operator: "=" } equality)
        {
            return default;
        }

        var (member, value) = equality.Left is MemberExpression left ? (left, equality.Right) : (equality.Right as MemberExpression, equality.Left);
        if (member?.Path() is not { } path || !path.SequenceEqual(container.PartitionKeyMembers))
        {
            return default;
        }

        return value switch
        {
            ParameterExpression parameter => (true, parameter.Name, null),
            LiteralExpression { Value: { ValueKind: not JsonValueKind.Undefined } literal } => (true, null, literal),
            _ => default,
        };
    }

    /// <summary>The results, one after the other, each with the source that it was made of where it is made of one.</summary>
    public IEnumerable<(T? Source, JsonElement Value)> Run<T>(IEnumerable<T> sources, Func<T, JsonElement> read, QueryParameters parameters)
    {
        var rows = sources
            .Select(source => (Source: source, Row: new QueryRow(read(source), parameters)))
            .Where(source => Filter is null || Filter.Evaluate(source.Row).IsTrue());
        if (Aggregate is not null)
        {
            return [(default, Aggregate(rows.Select(source => Select.Evaluate(source.Row))))];
        }

        if (Order.Count > 0)
        {
            rows = rows.OrderBy(source => Order.Select(order => order.Key.Evaluate(source.Row)).ToArray(), Comparer<JsonElement[]>.Create(Compare));
        }

        return rows.Select(source => ((T?)source.Source, Select.Evaluate(source.Row)));
    }

    private int Compare(JsonElement[]? a, JsonElement[]? b)
    {
        for (var i = 0; i < Order.Count; i++)
        {
            if (QueryValue.Order(a![i], b![i]) is not 0 and var order)
            {
                return Order[i].Descending ? -order : order;
            }
        }

        return 0;
    }
}

/// <summary>One of the keys that results are sorted by.</summary>
internal sealed record QueryOrder(QueryExpression Key, bool Descending);
