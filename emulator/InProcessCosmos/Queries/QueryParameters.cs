using System.Text.Json;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Queries;

/// <summary>The values of a query's parameters, by names such as <c>@userId</c>.</summary>
internal abstract class QueryParameters
{
    public static QueryParameters None { get; } = new Given(new Dictionary<string, JsonElement>());

    public static QueryParameters Of(IReadOnlyDictionary<string, JsonElement> values) => new Given(values);

    /// <summary>The value; undefined where the parameter was given none.</summary>
    /// <exception cref="FeedQueryException">There is no such parameter.</exception>
    public abstract JsonElement Value(string name);

    /// <summary>The value as a partition key; null where it can be none.</summary>
    public virtual byte[]? PartitionKey(string name) => Value(name) is { ValueKind: not JsonValueKind.Undefined } value ? PartitionKeyText.Of(value) : null;

    protected static FeedQueryException Missing(string name) => new($"The query names the parameter {name}, which was not given.");

    private sealed class Given(IReadOnlyDictionary<string, JsonElement> values) : QueryParameters
    {
        public override JsonElement Value(string name) => values.TryGetValue(name, out var value) ? value : throw Missing(name);
    }
}
