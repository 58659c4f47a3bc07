using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

/// <summary>The header <c>Idempotency-Key</c>, which may be left out.</summary>
internal static class IdempotencyKeyHeader
{
    public const string Name = "Idempotency-Key";

    /// <summary>The header of an answer that repeats an earlier one.</summary>
    public const string Replayed = "Idempotency-Replayed";

    private const string Joint = ", ";

    /// <summary>Says that a response repeats an earlier one, where it does.</summary>
    public static void Mark(HttpResponse response, bool replayed)
    {
        if (replayed)
        {
            response.Headers[Replayed] = "true";
        }
    }

    public static bool TryRead(HttpRequest request, out string? key, [NotNullWhen(false)] out Problem? problem)
    {
        (key, problem) = (null, null);
        if (!request.Headers.TryGetValue(Name, out var values))
        {
            return true;
        }

        // The Functions host joins several headers of one name before the app sees them (RFC 9110, 5.3); no key holds the space.
        var value = values is [{ } only] ? only : string.Join(Joint, values.ToArray());
        if (value.Contains(Joint, StringComparison.Ordinal))
        {
            problem = Problem.InvalidField(Name, "must be given once, without spaces");
        }
        else if (IdempotencyKey.Flaw(value) is { } flaw)
        {
            problem = Problem.InvalidField(Name, flaw);
        }
        else
        {
            key = value;
        }

        return problem is null;
    }
}
