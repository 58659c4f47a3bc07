using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>What an expression is evaluated for.</summary>
/// <param name="Document">The document.</param>
/// <param name="Parameters">The query's parameters.</param>
internal readonly record struct QueryRow(JsonElement Document, QueryParameters Parameters);
