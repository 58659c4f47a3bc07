using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>The whole document: the alias of FROM.</summary>
internal sealed record DocumentExpression : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => row.Document;
}
