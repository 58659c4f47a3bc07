using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>A call of one of the built-in functions.</summary>
internal sealed record CallExpression(Func<JsonElement[], JsonElement> Function, IReadOnlyList<QueryExpression> Arguments) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row)
    {
        var arguments = new JsonElement[Arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Arguments[i].Evaluate(row);
        }

        return Function(arguments);
    }
}
