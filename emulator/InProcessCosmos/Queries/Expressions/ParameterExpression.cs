using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary><c>@name</c>.</summary>
internal sealed record ParameterExpression(string Name) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => row.Parameters.Value(Name);
}
