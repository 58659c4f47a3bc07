using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary><c>of.name</c>, <c>of["name"]</c> or <c>of[0]</c>.</summary>
internal sealed record MemberExpression(QueryExpression Of, QueryExpression Key) : QueryExpression
{
    /// <summary>The member's name where the query says it; null where it is an index, or is known only by the document.</summary>
    public string? Name { get; } = Key is LiteralExpression { Value: var key } ? key.AsText() : null;

    public override JsonElement Evaluate(QueryRow row)
    {
        var of = Of.Evaluate(row);
        if (of.ValueKind == JsonValueKind.Object && (Name ?? Key.Evaluate(row).AsText()) is { } name)
        {
            return of.TryGetProperty(name, out var member) ? member : QueryValue.Undefined;
        }

        return of.ValueKind == JsonValueKind.Array && Key.Evaluate(row).AsNumber() is { } index
            && index >= 0 && index < of.GetArrayLength() && double.IsInteger(index)
                ? of[(int)index]
                : QueryValue.Undefined;
    }

    /// <summary>The names that lead here from the document; null where it is no such path.</summary>
    public IEnumerable<string>? Path() =>
        Name is null ? null
        : Of is DocumentExpression ? [Name]
        : Of is MemberExpression of ? of.Path()?.Append(Name)
        : null;
}
