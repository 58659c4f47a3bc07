using System.Text.Json;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>A part of a query that has a value for each document.</summary>
internal abstract record QueryExpression
{
    /// <summary>The value; undefined where there is none.</summary>
    public abstract JsonElement Evaluate(QueryRow row);
}

/// <summary>What an expression is evaluated for.</summary>
/// <param name="Document">The document.</param>
/// <param name="Parameters">The query's parameters.</param>
internal readonly record struct QueryRow(JsonElement Document, QueryParameters Parameters);

/// <summary>A value that stands in the query itself.</summary>
internal sealed record LiteralExpression(JsonElement Value) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => Value;
}

/// <summary><c>@name</c>.</summary>
internal sealed record ParameterExpression(string Name) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => row.Parameters.Value(Name);
}

/// <summary>The whole document: the alias of FROM.</summary>
internal sealed record DocumentExpression : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) => row.Document;
}

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

/// <summary><c>[a, b]</c>, without what is undefined.</summary>
internal sealed record ArrayExpression(IReadOnlyList<QueryExpression> Elements) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) =>
        JsonSerializer.SerializeToElement(Elements.Select(element => element.Evaluate(row)).Where(value => value.IsDefined()), DeepJson.Serializer);
}

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
