using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>
/// AND and OR over three values: false AND anything is false, true OR anything is true, and otherwise what is no boolean
/// makes it undefined.
/// </summary>
/// <param name="Left">One side.</param>
/// <param name="Decisive">The value of either side that decides alone: false for AND, true for OR.</param>
/// <param name="Right">The other side.</param>
internal sealed record LogicalExpression(QueryExpression Left, bool Decisive, QueryExpression Right) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row)
    {
        var left = Left.Evaluate(row).AsBoolean();
        if (left == Decisive)
        {
            return QueryValue.Of(Decisive);
        }

        var right = Right.Evaluate(row).AsBoolean();
        return right == Decisive ? QueryValue.Of(Decisive)
            : left is null || right is null ? QueryValue.Undefined
            : QueryValue.Of(!Decisive);
    }
}

/// <summary>NOT: undefined where there is no boolean.</summary>
internal sealed record NotExpression(QueryExpression Of) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => Of.Evaluate(row).AsBoolean() is { } value ? QueryValue.Of(!value) : QueryValue.Undefined;
}

/// <summary><c>=</c>, <c>!=</c> and the orderings. Nothing is less or greater than a value of another type.</summary>
internal sealed record ComparisonExpression(QueryExpression Left, string Operator, QueryExpression Right) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row)
    {
        var left = Left.Evaluate(row);
        var right = Right.Evaluate(row);
        var holds = Operator switch
        {
            "=" => QueryValue.AreEqual(left, right),
            "!=" or "<>" => !QueryValue.AreEqual(left, right),
            _ => QueryValue.Compare(left, right) is { } order ? Holds(order) : null,
        };
        return holds is { } value ? QueryValue.Of(value) : QueryValue.Undefined;
    }

    private bool Holds(int order) => Operator switch
    {
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };
}

/// <summary>IN: whether it equals one of a list.</summary>
internal sealed record InExpression(QueryExpression Of, IReadOnlyList<QueryExpression> List) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row)
    {
        var value = Of.Evaluate(row);
        return value.IsDefined()
            ? QueryValue.Of(List.Any(candidate => QueryValue.AreEqual(value, candidate.Evaluate(row)) is true))
            : QueryValue.Undefined;
    }
}

/// <summary>LIKE: <c>%</c> stands for any text, <c>_</c> for one character, <c>[abc]</c> and <c>[^abc]</c> for one of some.</summary>
internal sealed record LikeExpression(QueryExpression Of, QueryExpression Pattern, char? Escape) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) =>
        Of.Evaluate(row).AsText() is { } text && Pattern.Evaluate(row).AsText() is { } pattern
            ? QueryValue.Of(IsMatch(text, pattern))
            : QueryValue.Undefined;

    private bool IsMatch(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, Translate(pattern), RegexOptions.Singleline | RegexOptions.NonBacktracking);
        }
        catch (RegexParseException)
        {
            throw new FeedQueryException($"The pattern '{pattern}' of LIKE is malformed.");
        }
    }

    private string Translate(string pattern)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            var end = pattern[i] == '[' ? pattern.IndexOf(']', i + 1) : -1;
            if (pattern[i] == Escape && i + 1 < pattern.Length)
            {
                regex.Append(Regex.Escape(pattern[++i..(i + 1)]));
            }
            else if (end > i + 1)
            {
                var set = pattern[(i + 1)..end];
                regex.Append(set.StartsWith('^') ? "[^" : "[").Append(set.TrimStart('^').Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)).Append(']');
                i = end;
            }
            else
            {
                regex.Append(pattern[i] switch { '%' => ".*", '_' => ".", var other => Regex.Escape(other.ToString()) });
            }
        }

        return regex.Append("\\z").ToString();
    }
}

/// <summary><c>+ - * / %</c> of numbers, and <c>||</c>, which joins strings. Of anything else it is undefined.</summary>
internal sealed record ArithmeticExpression(QueryExpression Left, string Operator, QueryExpression Right) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row)
    {
        var left = Left.Evaluate(row);
        var right = Right.Evaluate(row);
        if (Operator == "||")
        {
            return left.AsText() is { } start && right.AsText() is { } end ? QueryValue.Of(start + end) : QueryValue.Undefined;
        }

        return left.AsNumber() is { } a && right.AsNumber() is { } b
            ? QueryValue.Of(Operator switch
            {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" => a / b,
                _ => a % b,
            })
            : QueryValue.Undefined;
    }
}

/// <summary><c>left ?? right</c>: the right one where the left one is undefined. Null is a value.</summary>
internal sealed record CoalesceExpression(QueryExpression Left, QueryExpression Right) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => Left.Evaluate(row) is { ValueKind: not JsonValueKind.Undefined } left ? left : Right.Evaluate(row);
}

/// <summary><c>test ? then : otherwise</c>. Whatever is not true is otherwise.</summary>
internal sealed record ConditionalExpression(QueryExpression Test, QueryExpression Then, QueryExpression Otherwise) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => (Test.Evaluate(row).IsTrue() ? Then : Otherwise).Evaluate(row);
}
