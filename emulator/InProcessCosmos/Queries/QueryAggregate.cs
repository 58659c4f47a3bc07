using System.Text.Json;

namespace InProcessCosmos.Queries;

/// <summary>The one value that <c>SELECT VALUE COUNT(…)</c> and its like make of many. What is undefined does not count.</summary>
internal static class QueryAggregate
{
    public static Func<IEnumerable<JsonElement>, JsonElement>? Find(string name) => name.ToUpperInvariant() switch
    {
        "COUNT" => values => QueryValue.Of(values.Count(QueryValue.IsDefined)),
        "SUM" => values => Numbers(values) is { } numbers ? QueryValue.Of(numbers.Sum()) : QueryValue.Undefined,
        "AVG" => values => Numbers(values) is { Count: > 0 } numbers ? QueryValue.Of(numbers.Average()) : QueryValue.Undefined,
        "MIN" => values => Ordered(values).FirstOrDefault(),
        "MAX" => values => Ordered(values).LastOrDefault(),
        _ => null,
    };

    /// <summary>Null where one is no number.</summary>
    private static List<double>? Numbers(IEnumerable<JsonElement> values)
    {
        var defined = values.Where(QueryValue.IsDefined).ToList();
        return defined.TrueForAll(value => value.ValueKind == JsonValueKind.Number) ? defined.ConvertAll(value => value.GetDouble()) : null;
    }

    private static IEnumerable<JsonElement> Ordered(IEnumerable<JsonElement> values) =>
        values.Where(QueryValue.IsDefined).Order(Comparer<JsonElement>.Create(QueryValue.Order));
}
