using System.Text.Json;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Queries;

/// <summary>The values of a query's parameters, by names such as <c>@userId</c>.</summary>
internal sealed class QueryParameters(IReadOnlyDictionary<string, JsonElement> values)
{
    public static QueryParameters None { get; } = new(new Dictionary<string, JsonElement>());

    /// <summary>Reads the member <c>parameters</c> of a query: an array of objects with the members <c>name</c> and <c>value</c>; or none.</summary>
    /// <exception cref="FeedQueryException">A parameter has no name.</exception>
    public static QueryParameters Read(JsonElement query)
    {
        if (!query.TryGetProperty("parameters", out var given) || given.ValueKind != JsonValueKind.Array)
        {
            return None;
        }

        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var parameter in given.EnumerateArray())
        {
            if (parameter.ValueKind != JsonValueKind.Object || !parameter.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String)
            {
                throw new FeedQueryException("A query's parameter must be an object with the members name and value.");
            }

            values[name.GetString()!] = parameter.TryGetProperty("value", out var value) ? value : default;
        }

        return new QueryParameters(values);
    }

    /// <summary>The value; undefined where the parameter was given none.</summary>
    /// <exception cref="FeedQueryException">There is no such parameter.</exception>
    public JsonElement Value(string name) => values.TryGetValue(name, out var value) ? value : throw Missing(name);

    /// <summary>The value as a partition key; null where it can be none.</summary>
    public byte[]? PartitionKey(string name) => Value(name) is { ValueKind: not JsonValueKind.Undefined } value ? PartitionKeyText.Of(value) : null;

    private static FeedQueryException Missing(string name) => new($"The query names the parameter {name}, which was not given.");
}
