using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Api;

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
            [{ } value] when FieldText.Flaw(value) is { } flaw => Problem.InvalidField(Name, flaw),
            [{ } value] => Accept(value, out userId),
            _ => Problem.InvalidField(Name, "is given more than once"),
        };
        return problem is null;
    }

    private static Problem? Accept(string value, out string userId)
    {
        userId = value;
        return null;
    }
}
