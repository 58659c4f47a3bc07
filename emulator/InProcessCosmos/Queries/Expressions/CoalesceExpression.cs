using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary><c>left ?? right</c>: the right one where the left one is undefined. Null is a value.</summary>
internal sealed record CoalesceExpression(QueryExpression Left, QueryExpression Right) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => Left.Evaluate(row) is { ValueKind: not JsonValueKind.Undefined } left ? left : Right.Evaluate(row);
}
