using System.Text.Json;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>
/// AND and OR over three values: false AND anything is false, true OR anything is true, and otherwise what is no boolean
/// makes it undefined.
/// </summary>
/// <param name="Left">One side.</param>
/// <param name="Decisive">The value of either side that decides alone: false for AND, true for OR.</param>
/// <param name="Right">The other side.</param>
internal sealed record LogicalExpression(QueryExpression Left, bool Decisive, QueryExpression Right) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row)
    {
        var left = Left.Evaluate(row).AsBoolean();
        if (left == Decisive)
        {
            return QueryValue.Of(Decisive);
        }

        var right = Right.Evaluate(row).AsBoolean();
        return right == Decisive ? QueryValue.Of(Decisive)
            : left is null || right is null ? QueryValue.Undefined
            : QueryValue.Of(!Decisive);
    }
}
