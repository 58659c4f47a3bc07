using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary><c>test ? then : otherwise</c>. Whatever is not true is otherwise.</summary>
internal sealed record ConditionalExpression(QueryExpression Test, QueryExpression Then, QueryExpression Otherwise) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => (Test.Evaluate(row).IsTrue() ? Then : Otherwise).Evaluate(row);
}
