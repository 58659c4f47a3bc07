using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>NOT: undefined where there is no boolean.</summary>
internal sealed record NotExpression(QueryExpression Of) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => Of.Evaluate(row).AsBoolean() is { } value ? QueryValue.Of(!value) : QueryValue.Undefined;
}
