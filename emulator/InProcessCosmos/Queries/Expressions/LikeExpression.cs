using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace InProcessCosmos.Queries.Expressions;

/// <summary>LIKE: <c>%</c> stands for any text, <c>_</c> for one character, <c>[abc]</c> and <c>[^abc]</c> for one of some.</summary>
internal sealed record LikeExpression(QueryExpression Of, QueryExpression Pattern, char? Escape) : QueryExpression
{
    public override JsonElement Evaluate(QueryRow row) =>
        Of.Evaluate(row).AsText() is { } text && Pattern.Evaluate(row).AsText() is { } pattern
            ? QueryValue.Of(IsMatch(text, pattern))
            : QueryValue.Undefined;

    private bool IsMatch(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, Translate(pattern), RegexOptions.Singleline | RegexOptions.NonBacktracking);
        }
        catch (RegexParseException)
        {
            throw new FeedQueryException($"The pattern '{pattern}' of LIKE is malformed.");
        }
    }

    private string Translate(string pattern)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            var end = pattern[i] == '[' ? pattern.IndexOf(']', i + 1) : -1;
            if (pattern[i] == Escape && i + 1 < pattern.Length)
            {
                regex.Append(Regex.Escape(pattern[++i..(i + 1)]));
            }
            else if (end > i + 1)
            {
                var set = pattern[(i + 1)..end];
                regex.Append(set.StartsWith('^') ? "[^" : "[").Append(set.TrimStart('^').Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)).Append(']');
                i = end;
            }
            else
            {
                regex.Append(pattern[i] switch { '%' => ".*", '_' => ".", var other => Regex.Escape(other.ToString()) });
            }
        }

        return regex.Append("\\z").ToString();
    }
}
