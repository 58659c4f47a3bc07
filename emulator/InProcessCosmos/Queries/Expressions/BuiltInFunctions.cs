using System.Collections.Frozen;
using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>
/// The functions that a query may call: https://learn.microsoft.com/azure/cosmos-db/nosql/query/functions. Of arguments of
/// another type than it takes, a function is undefined.
/// </summary>
internal static class BuiltInFunctions
{
    private static readonly FrozenDictionary<string, (int Least, int Most, Func<JsonElement[], JsonElement> Body)> Table =
        new Dictionary<string, (int, int, Func<JsonElement[], JsonElement>)>
        {
            ["IS_DEFINED"] = (1, 1, given => QueryValue.Of(given[0].IsDefined())),
            ["IS_NULL"] = OfKind(JsonValueKind.Null),
            ["IS_STRING"] = OfKind(JsonValueKind.String),
            ["IS_NUMBER"] = OfKind(JsonValueKind.Number),
            ["IS_BOOL"] = OfKind(JsonValueKind.True, JsonValueKind.False),
            ["IS_ARRAY"] = OfKind(JsonValueKind.Array),
            ["IS_OBJECT"] = OfKind(JsonValueKind.Object),
            ["IS_PRIMITIVE"] = OfKind(JsonValueKind.Null, JsonValueKind.String, JsonValueKind.Number, JsonValueKind.True, JsonValueKind.False),
            ["STARTSWITH"] = Test((text, part, comparison) => text.StartsWith(part, comparison)),
            ["ENDSWITH"] = Test((text, part, comparison) => text.EndsWith(part, comparison)),
            ["CONTAINS"] = Test((text, part, comparison) => text.Contains(part, comparison)),
            ["STRINGEQUALS"] = Test((text, part, comparison) => text.Equals(part, comparison)),
            ["INDEX_OF"] = (2, 2, given => given[0].AsText() is { } text && given[1].AsText() is { } part
                ? QueryValue.Of(text.IndexOf(part, StringComparison.Ordinal))
                : QueryValue.Undefined),
            ["LOWER"] = OfText(text => QueryValue.Of(text.ToLowerInvariant())),
            ["UPPER"] = OfText(text => QueryValue.Of(text.ToUpperInvariant())),
            ["TRIM"] = OfText(text => QueryValue.Of(text.Trim())),
            ["LENGTH"] = OfText(text => QueryValue.Of(text.Length)),
            ["CONCAT"] = (2, int.MaxValue, given => Array.TrueForAll(given, part => part.ValueKind == JsonValueKind.String)
                ? QueryValue.Of(string.Concat(given.Select(part => part.GetString())))
                : QueryValue.Undefined),
            ["ABS"] = OfNumber(Math.Abs),
            ["CEILING"] = OfNumber(Math.Ceiling),
            ["FLOOR"] = OfNumber(Math.Floor),
            ["ROUND"] = OfNumber(number => Math.Round(number, MidpointRounding.AwayFromZero)),
            ["ARRAY_LENGTH"] = (1, 1, given => given[0].ValueKind == JsonValueKind.Array ? QueryValue.Of(given[0].GetArrayLength()) : QueryValue.Undefined),
            ["ARRAY_CONTAINS"] = (2, 3, ArrayContains),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="FeedQueryException">There is no such function here, or it takes another number of arguments.</exception>
    public static CallExpression Call(string name, IReadOnlyList<QueryExpression> arguments)
    {
        if (!Table.TryGetValue(name, out var function))
        {
            throw new FeedQueryException($"The function {name.ToUpperInvariant()} is not supported in queries here.");
        }

        return arguments.Count >= function.Least && arguments.Count <= function.Most
            ? new(function.Body, arguments)
            : throw new FeedQueryException($"The function {name.ToUpperInvariant()} does not take {arguments.Count} arguments.");
    }

    private static (int, int, Func<JsonElement[], JsonElement>) OfKind(params JsonValueKind[] kinds) =>
        (1, 1, given => QueryValue.Of(kinds.Contains(given[0].ValueKind)));

    private static (int, int, Func<JsonElement[], JsonElement>) OfText(Func<string, JsonElement> body) =>
        (1, 1, given => given[0].AsText() is { } text ? body(text) : QueryValue.Undefined);

    private static (int, int, Func<JsonElement[], JsonElement>) OfNumber(Func<double, double> body) =>
        (1, 1, given => given[0].AsNumber() is { } number ? QueryValue.Of(body(number)) : QueryValue.Undefined);

    /// <summary>A third argument, true, leaves the case of letters out.</summary>
    private static (int, int, Func<JsonElement[], JsonElement>) Test(Func<string, string, StringComparison, bool> body) =>
        (2, 3, given => given[0].AsText() is { } text && given[1].AsText() is { } part
            ? QueryValue.Of(body(text, part, given.Length > 2 && given[2].IsTrue() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            : QueryValue.Undefined);

    /// <summary>A third argument, true, lets an object be found by some of its members.</summary>
    private static JsonElement ArrayContains(JsonElement[] given)
    {
        if (given[0].ValueKind != JsonValueKind.Array || !given[1].IsDefined())
        {
            return QueryValue.Undefined;
        }

        var partly = given.Length > 2 && given[2].IsTrue() && given[1].ValueKind == JsonValueKind.Object;
        return QueryValue.Of(given[0].EnumerateArray().Any(element => partly ? Covers(element, given[1]) : QueryValue.AreEqual(element, given[1]) is true));
    }

    private static bool Covers(JsonElement element, JsonElement part) =>
        element.ValueKind == JsonValueKind.Object
        && part.EnumerateObject().All(member => element.TryGetProperty(member.Name, out var value) && QueryValue.AreEqual(value, member.Value) is true);
}
