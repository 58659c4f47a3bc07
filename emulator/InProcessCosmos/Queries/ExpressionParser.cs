using System.Globalization;
using InProcessCosmos.Queries.Expressions;

namespace InProcessCosmos.Queries;

/// <summary>Reads the expressions of a query. Each method reads what binds tighter than what the one before it reads.</summary>
/// <param name="cursor">Where the query is read.</param>
/// <param name="alias">What the query calls the document.</param>
internal sealed class ExpressionParser(QueryCursor cursor, string alias)
{
    /// <summary>An expression is evaluated, and read, by as many nested calls.</summary>
    private const int MaxOperators = 1000;
    private const int MaxDepth = 100;

    private static readonly string[] Subqueries = ["EXISTS", "ARRAY", "ALL", "FIRST", "LAST"];

    private int operators;
    private int depth;

    public QueryExpression Read()
    {
        if (++depth > MaxDepth)
        {
            throw new FeedQueryException($"The query nests deeper than {MaxDepth}.");
        }

        var expression = ReadEither();
        while (cursor.Next.Is("??") || cursor.Next.Is("?"))
        {
            if (cursor.Take().Is("??"))
            {
                expression = Count(new CoalesceExpression(expression, ReadEither()));
            }
            else
            {
                var then = Read();
                cursor.Expect(":");
                expression = new ConditionalExpression(expression, then, Read());
            }
        }

        depth--;
        return expression;
    }

    /// <summary>A literal, a parameter, a path, a call, or an expression in parentheses.</summary>
    public QueryExpression ReadOperand()
    {
        var expression = ReadPrimary();
        while (cursor.Next.Is(".") || cursor.Next.Is("["))
        {
            QueryExpression key;
            if (cursor.Take().Is("."))
            {
                key = new LiteralExpression(QueryValue.Of(cursor.ExpectName()));
            }
            else
            {
                key = Read();
                cursor.Expect("]");
            }

            expression = Count(new MemberExpression(expression, key));
        }

        return expression;
    }

    private QueryExpression ReadEither()
    {
        var left = ReadBoth();
        while (cursor.TryTakeWord("OR"))
        {
            left = Count(new LogicalExpression(left, Decisive: true, ReadBoth()));
        }

        return left;
    }

    private QueryExpression ReadBoth()
    {
        var left = ReadNot();
        while (cursor.TryTakeWord("AND"))
        {
            left = Count(new LogicalExpression(left, Decisive: false, ReadNot()));
        }

        return left;
    }

    private QueryExpression ReadNot() => TryTakeUnary(cursor.Next.IsWord("NOT")) ? new NotExpression(ReadNot()) : ReadTest();

    private QueryExpression ReadTest()
    {
        var left = ReadComparison();
        var negated = cursor.Next.IsWord("NOT") && cursor.TryTakeWord("NOT");
        QueryExpression test;
        if (cursor.TryTakeWord("IN"))
        {
            cursor.Expect("(");
            test = new InExpression(left, ReadList(")"));
        }
        else if (cursor.TryTakeWord("BETWEEN"))
        {
            var least = ReadComparison();
            cursor.ExpectWord("AND");
            test = new LogicalExpression(
                new ComparisonExpression(left, ">=", least), Decisive: false, new ComparisonExpression(left, "<=", ReadComparison()));
        }
        else if (cursor.TryTakeWord("LIKE"))
        {
            test = new LikeExpression(left, ReadComparison(), cursor.TryTakeWord("ESCAPE") ? ReadEscape() : null);
        }
        else
        {
            return negated ? throw cursor.Unexpected("IN, BETWEEN or LIKE is expected") : left;
        }

        return negated ? new NotExpression(test) : test;
    }

    private char ReadEscape() => cursor.Next is { Kind: QueryTokenKind.Text, Text: [var escape] } && cursor.Take().Kind == QueryTokenKind.Text
        ? escape
        : throw cursor.Unexpected("one character is expected");

    private QueryExpression ReadComparison()
    {
        var left = ReadSum();
        while (cursor.Next is { Kind: QueryTokenKind.Symbol, Text: "=" or "!=" or "<>" or "<" or "<=" or ">" or ">=" })
        {
            left = Count(new ComparisonExpression(left, cursor.Take().Text, ReadSum()));
        }

        return left;
    }

    private QueryExpression ReadSum()
    {
        var left = ReadProduct();
        while (cursor.Next is { Kind: QueryTokenKind.Symbol, Text: "+" or "-" or "||" })
        {
            left = Count(new ArithmeticExpression(left, cursor.Take().Text, ReadProduct()));
        }

        return left;
    }

    private QueryExpression ReadProduct()
    {
        var left = ReadSigned();
        while (cursor.Next is { Kind: QueryTokenKind.Symbol, Text: "*" or "/" or "%" })
        {
            left = Count(new ArithmeticExpression(left, cursor.Take().Text, ReadSigned()));
        }

        return left;
    }

    private QueryExpression ReadSigned() =>
        TryTakeUnary(cursor.Next.Is("-")) ? new ArithmeticExpression(new LiteralExpression(QueryValue.Of(0)), "-", ReadSigned())
        : TryTakeUnary(cursor.Next.Is("+")) ? ReadSigned()
        : ReadOperand();

    private QueryExpression ReadPrimary()
    {
        var token = cursor.Next;
        switch (token.Kind)
        {
            case QueryTokenKind.Number:
                return new LiteralExpression(QueryValue.Of(double.Parse(cursor.Take().Text, CultureInfo.InvariantCulture)));
            case QueryTokenKind.Text:
                return new LiteralExpression(QueryValue.Of(cursor.Take().Text));
            case QueryTokenKind.Parameter:
                return new ParameterExpression(cursor.Take().Text);
            case QueryTokenKind.Word:
                return ReadWord();
            case QueryTokenKind.Symbol when cursor.TryTake("("):
                return cursor.Next.IsWord("SELECT") ? throw NotSupported("A subquery") : ReadBehind(Read(), ")");
            case QueryTokenKind.Symbol when cursor.TryTake("["):
                return new ArrayExpression(ReadList("]"));
            case QueryTokenKind.Symbol when cursor.TryTake("{"):
                return ReadObject();
            default:
                throw cursor.Unexpected("an expression is expected");
        }
    }

    private QueryExpression ReadWord()
    {
        var name = cursor.Take().Text;
        if (cursor.Next.Is("("))
        {
            if (Array.Exists(Subqueries, word => word.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                throw NotSupported($"{name.ToUpperInvariant()} of a subquery");
            }

            if (QueryAggregate.Find(name) is not null)
            {
                throw NotSupported($"{name.ToUpperInvariant()} other than alone in SELECT VALUE");
            }

            cursor.Expect("(");
            return BuiltInFunctions.Call(name, ReadList(")"));
        }

        return name == alias ? new DocumentExpression()
            : name switch
            {
                "true" => new LiteralExpression(QueryValue.Of(true)),
                "false" => new LiteralExpression(QueryValue.Of(false)),
                "null" => new LiteralExpression(QueryValue.Null),
                "undefined" => new LiteralExpression(QueryValue.Undefined),
                "udf" when cursor.Next.Is(".") => throw NotSupported("A user-defined function"),
                _ => throw new FeedQueryException($"Identifier '{name}' could not be resolved."),
            };
    }

    private ObjectExpression ReadObject()
    {
        var members = new List<KeyValuePair<string, QueryExpression>>();
        while (!cursor.TryTake("}"))
        {
            var name = cursor.Next.Kind == QueryTokenKind.Text ? cursor.Take().Text : cursor.ExpectName();
            cursor.Expect(":");
            members.Add(new(name, Read()));
            if (!cursor.Next.Is("}"))
            {
                cursor.Expect(",");
            }
        }

        return new(members);
    }

    private List<QueryExpression> ReadList(string end)
    {
        var list = new List<QueryExpression>();
        while (!cursor.TryTake(end))
        {
            list.Add(Read());
            if (!cursor.Next.Is(end))
            {
                cursor.Expect(",");
            }
        }

        return list;
    }

    private QueryExpression ReadBehind(QueryExpression expression, string end)
    {
        cursor.Expect(end);
        return expression;
    }

    private bool TryTakeUnary(bool isNext)
    {
        if (isNext)
        {
            CountOperator();
            cursor.Take();
        }

        return isNext;
    }

    private QueryExpression Count(QueryExpression expression)
    {
        CountOperator();
        return expression;
    }

    private void CountOperator()
    {
        if (++operators > MaxOperators)
        {
            throw new FeedQueryException($"The query has more than {MaxOperators} operators.");
        }
    }

    private static FeedQueryException NotSupported(string what) => new($"{what} is not supported in queries here.");
}
