using System.Text.Json;
using Json.Schema;

namespace StreamChecker.Harness;

/// <summary>
/// Evaluates JSON schemas one at a time: the library changes registries that all schemas share while it compiles and evaluates, and a schema
/// that two threads complete at once stays broken.
/// </summary>
internal static class SchemaEvaluation
{
    private static readonly Lock Evaluating = new();
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    /// <summary>The errors of a value by a schema; null if it is valid.</summary>
    /// <param name="schema">Returns the schema, and may compile it.</param>
    /// <param name="value">The value.</param>
    public static string? Error(Func<JsonSchema> schema, JsonElement value)
    {
        lock (Evaluating)
        {
            var result = schema().Evaluate(value, Options);
            return result.IsValid ? null : string.Join("; ", (result.Details ?? []).SelectMany(detail => detail.Errors?.Select(error => $"{detail.InstanceLocation}: {error.Value}") ?? []));
        }
    }
}
