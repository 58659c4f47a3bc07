using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>A part of a query that has a value for each document.</summary>
internal abstract record QueryExpression
{
    /// <summary>The value; undefined where there is none.</summary>
    public abstract JsonElement Evaluate(QueryRow row);
}
