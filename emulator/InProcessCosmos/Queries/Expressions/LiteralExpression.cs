using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>A value that stands in the query itself.</summary>
internal sealed record LiteralExpression(JsonElement Value) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => Value;
}
