using System.Text.Json;

namespace InProcessCosmos.Queries;

/// <summary>
/// JSON values as Cosmos DB's queries see them, undefined among them: how they compare, and in which order they come.
/// https://learn.microsoft.com/azure/cosmos-db/nosql/query/equality-comparison-operators
/// </summary>
internal static class QueryValue
{
    public static JsonElement Null { get; } = JsonSerializer.SerializeToElement<object?>(null);

    private static JsonElement True { get; } = JsonSerializer.SerializeToElement(true);

    private static JsonElement False { get; } = JsonSerializer.SerializeToElement(false);

    public static JsonElement Undefined => default;

    public static JsonElement Of(bool value) => value ? True : False;

    public static JsonElement Of(string value) => JsonSerializer.SerializeToElement(value);

    /// <summary>A number that JSON cannot say is undefined.</summary>
    public static JsonElement Of(double value) => double.IsFinite(value) ? JsonSerializer.SerializeToElement(value) : Undefined;

    public static bool IsTrue(this JsonElement value) => value.ValueKind == JsonValueKind.True;

    public static bool IsDefined(this JsonElement value) => value.ValueKind != JsonValueKind.Undefined;

    public static bool? AsBoolean(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static double? AsNumber(this JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    public static string? AsText(this JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Null where one of them is undefined. Values of different types are not equal.</summary>
    public static bool? AreEqual(JsonElement left, JsonElement right) =>
        !left.IsDefined() || !right.IsDefined() ? null
        : left.ValueKind == JsonValueKind.Number && right.ValueKind == JsonValueKind.Number ? left.GetDouble().Equals(right.GetDouble())
        : JsonElement.DeepEquals(left, right);

    /// <summary>Null where there is no order between the two: they are of different types, undefined, objects or arrays.</summary>
    public static int? Compare(JsonElement left, JsonElement right) =>
        Rank(left) == Rank(right) && left.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Array or JsonValueKind.Object)
            ? CompareAlike(left, right)
            : null;

    /// <summary>The order of ORDER BY, MIN and MAX: undefined, null, false, true, numbers, strings, arrays, objects.</summary>
    public static int Order(JsonElement left, JsonElement right) =>
        Rank(left).CompareTo(Rank(right)) is not 0 and var order ? order : CompareAlike(left, right);

    private static int CompareAlike(JsonElement left, JsonElement right) => left.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => left.GetBoolean().CompareTo(right.GetBoolean()),
        JsonValueKind.Number => left.GetDouble().CompareTo(right.GetDouble()),
        JsonValueKind.String => string.CompareOrdinal(left.GetString(), right.GetString()),
        _ => 0,
    };

    private static int Rank(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => 0,
        JsonValueKind.Null => 1,
        JsonValueKind.False or JsonValueKind.True => 2,
        JsonValueKind.Number => 3,
        JsonValueKind.String => 4,
        JsonValueKind.Array => 5,
        _ => 6,
    };
}
