using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

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
