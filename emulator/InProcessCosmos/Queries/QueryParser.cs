using System.Text.Json;
using InProcessCosmos.Queries.Expressions;

namespace InProcessCosmos.Queries;

/// <summary>
/// Reads a query over one partition: SELECT, FROM, WHERE, ORDER BY, OFFSET and LIMIT.
/// https://learn.microsoft.com/azure/cosmos-db/nosql/query
/// </summary>
internal sealed class QueryParser
{
    private const int MaxLength = 256 * 1024;
    private static readonly string[] Clauses = ["FROM", "WHERE", "GROUP", "ORDER", "OFFSET", "JOIN"];

    private readonly QueryCursor cursor;
    private readonly ExpressionParser expressions;

    private QueryParser(string text)
    {
        cursor = new(text);
        expressions = new(cursor, ReadAlias());
    }

    /// <exception cref="FeedQueryException">It is malformed, or asks for something that is not supported.</exception>
    public static ParsedQuery Parse(string text) =>
        text.Length <= MaxLength ? new QueryParser(text).Read() : throw new FeedQueryException($"The query is longer than {MaxLength} characters.");

    private string ReadAlias()
    {
        if (!cursor.TryGoBehind("FROM"))
        {
            throw new FeedQueryException("A query without FROM is not supported here.");
        }

        var alias = ReadFrom();
        cursor.GoBack();
        return alias;
    }

    /// <summary><c>c</c>, <c>root r</c> or <c>root AS r</c>: whatever it is called, it is the container.</summary>
    private string ReadFrom()
    {
        var alias = cursor.ExpectName();
        if (cursor.Next.Is(".") || cursor.Next.Is("["))
        {
            throw NotSupported("A path in FROM");
        }

        if (cursor.TryTakeWord("AS") || (cursor.Next.Kind == QueryTokenKind.Word && !IsClause(cursor.Next) && !cursor.Next.IsWord("IN")))
        {
            alias = cursor.ExpectName();
        }

        return cursor.Next.IsWord("IN") ? throw NotSupported("IN in FROM")
            : cursor.Next.IsWord("JOIN") ? throw NotSupported("JOIN")
            : alias;
    }

    private ParsedQuery Read()
    {
        cursor.ExpectWord("SELECT");
        if (cursor.Next.IsWord("DISTINCT"))
        {
            throw NotSupported("DISTINCT");
        }

        var top = cursor.TryTakeWord("TOP") ? ReadCount() : null;
        var (select, aggregate) = ReadSelection();
        cursor.ExpectWord("FROM");
        ReadFrom();
        var filter = cursor.TryTakeWord("WHERE") ? expressions.Read() : null;
        if (cursor.Next.IsWord("GROUP"))
        {
            throw NotSupported("GROUP BY");
        }

        var order = cursor.TryTakeWord("ORDER") ? ReadOrder() : [];
        QueryExpression? offset = null;
        QueryExpression? limit = null;
        if (cursor.TryTakeWord("OFFSET"))
        {
            offset = ReadCount();
            cursor.ExpectWord("LIMIT");
            limit = ReadCount();
        }

        if (top is not null && limit is not null)
        {
            throw new FeedQueryException("TOP cannot be used in the same query as OFFSET LIMIT.");
        }

        return cursor.Next.Kind == QueryTokenKind.End
            ? new() { Select = select, Aggregate = aggregate, Filter = filter, Order = order, Offset = offset, Limit = top ?? limit }
            : throw cursor.Unexpected("the end is expected");
    }

    private QueryExpression ReadCount() => cursor.Next.Kind is QueryTokenKind.Number or QueryTokenKind.Parameter
        ? expressions.ReadOperand()
        : throw cursor.Unexpected("a number or a parameter is expected");

    private (QueryExpression Select, Func<IEnumerable<JsonElement>, JsonElement>? Aggregate) ReadSelection()
    {
        if (cursor.TryTake("*"))
        {
            return (new DocumentExpression(), null);
        }

        if (!cursor.TryTakeWord("VALUE"))
        {
            return (ReadList(), null);
        }

        if (!cursor.Then.Is("(") || QueryAggregate.Find(cursor.Next.Text) is not { } aggregate)
        {
            return (expressions.Read(), null);
        }

        cursor.Take();
        cursor.Expect("(");
        var of = expressions.Read();
        cursor.Expect(")");
        return (of, aggregate);
    }

    private ObjectExpression ReadList()
    {
        var members = new List<KeyValuePair<string, QueryExpression>>();
        do
        {
            if (cursor.Then.Is("(") && QueryAggregate.Find(cursor.Next.Text) is not null)
            {
                throw NotSupported($"{cursor.Next.Text.ToUpperInvariant()} other than in SELECT VALUE");
            }

            var root = cursor.Next.Text;
            var expression = expressions.Read();
            var name = cursor.TryTakeWord("AS") || (cursor.Next.Kind == QueryTokenKind.Word && !IsClause(cursor.Next)) ? cursor.ExpectName()
                : expression is DocumentExpression ? root
                : (expression as MemberExpression)?.Name ?? $"${members.Count + 1}";
            members.Add(new(name, expression));
        }
        while (cursor.TryTake(","));
        return new(members);
    }

    private List<QueryOrder> ReadOrder()
    {
        cursor.ExpectWord("BY");
        var order = new List<QueryOrder>();
        do
        {
            if (cursor.Next.IsWord("RANK"))
            {
                throw NotSupported("ORDER BY RANK");
            }

            var key = expressions.Read();
            var descending = cursor.TryTakeWord("DESC");
            if (!descending)
            {
                cursor.TryTakeWord("ASC");
            }

            order.Add(new(key, descending));
        }
        while (cursor.TryTake(","));
        return order;
    }

    private static bool IsClause(QueryToken token) => Array.Exists(Clauses, token.IsWord);

    private static FeedQueryException NotSupported(string what) => new($"{what} is not supported in queries here.");
}
