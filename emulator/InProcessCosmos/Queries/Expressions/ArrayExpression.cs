using System.Text.Json;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Queries.Expressions;

/// <summary><c>[a, b]</c>, without what is undefined.</summary>
internal sealed record ArrayExpression(IReadOnlyList<QueryExpression> Elements) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) =>
        JsonSerializer.SerializeToElement(Elements.Select(element => element.Evaluate(row)).Where(value => value.IsDefined()), DeepJson.Serializer);
}
