using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

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
