using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Api;

/// <summary>The header <c>Idempotency-Key</c>, which may be left out.</summary>
internal static class IdempotencyKeyHeader
{
    public const string Name = "Idempotency-Key";

    /// <summary>The header of an answer that repeats an earlier one.</summary>
    public const string Replayed = "Idempotency-Replayed";

    public static bool TryRead(HttpRequest request, out string? key, [NotNullWhen(false)] out Problem? problem)
    {
        (key, problem) = (null, null);
        if (!request.Headers.TryGetValue(Name, out var values))
        {
            return true;
        }

        if (values is not [{ } value])
        {
            problem = Problem.InvalidField(Name, "is given more than once");
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
