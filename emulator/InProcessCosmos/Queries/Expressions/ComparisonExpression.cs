using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

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
