using System.Text.Json;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Queries.Expressions;

/// <summary><c>{"name": value}</c>, or the list of SELECT; without what is undefined.</summary>
internal sealed record ObjectExpression(IReadOnlyList<KeyValuePair<string, QueryExpression>> Members) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row)
    {
        var members = new Dictionary<string, JsonElement>(Members.Count, StringComparer.Ordinal);
        foreach (var (name, expression) in Members)
        {
            if (expression.Evaluate(row) is { ValueKind: not JsonValueKind.Undefined } value)
            {
                members[name] = value;
            }
        }

        return JsonSerializer.SerializeToElement(members, DeepJson.Serializer);
    }
}
