using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace StreamChecker.Http;

/// <summary>The query parameter <c>userId</c>, which the calls about a user need.</summary>
internal static class UserIdQuery
{
    public const string Name = "userId";

    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out string? userId, [NotNullWhen(false)] out Problem? problem)
    {
        userId = null;
        problem = request.Query[Name] switch
        {
            [] => Problem.InvalidField(Name, "is missing from the query"),
            [{ } value] when !IsWellEncoded(request.QueryString, value) => Problem.InvalidField(Name, "must be percent-encoded UTF-8"),
            [{ } value] when FieldText.Flaw(value) is { } flaw => Problem.InvalidField(Name, flaw),
            [{ } value] => Accept(value, out userId),
            _ => Problem.InvalidField(Name, "is given more than once"),
        };
        return problem is null;
    }

    /// <summary>
    /// What is not percent-encoded UTF-8 is left as it is by ASP.NET Core, so that two queries would mean one user. Then
    /// there are more percent signs in the value than were encoded.
    /// </summary>
    private static bool IsWellEncoded(QueryString query, string value)
    {
        if (!value.Contains('%', StringComparison.Ordinal))
        {
            return true;
        }

        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            if (pair.DecodeName().Span.Equals(Name, StringComparison.OrdinalIgnoreCase))
            {
                return pair.EncodedValue.Span.Count("%25") == value.AsSpan().Count('%');
            }
        }

        return true;
    }

    private static Problem? Accept(string value, out string userId)
    {
        userId = value;
        return null;
    }
}
