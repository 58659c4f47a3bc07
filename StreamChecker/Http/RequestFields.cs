using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace StreamChecker.Http;

/// <summary>What a call reads from its request: a value, or the problem with it.</summary>
internal readonly struct Input<T>
{
    private readonly T? value;
    private readonly Problem? problem;

    private Input(T? value, Problem? problem) => (this.value, this.problem) = (value, problem);

    public static implicit operator Input<T>(T value) => new(value, null);

    public static implicit operator Input<T>(Problem problem) => new(default, problem);

    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Problem? problem)
    {
        (value, problem) = (this.value, this.problem);
        return problem is null;
    }
}

/// <summary>The header <c>Idempotency-Key</c>, which may be left out.</summary>
internal static class IdempotencyKeyHeader
{
    public const string Name = "Idempotency-Key";

    /// <summary>The header of a response that repeats an earlier one.</summary>
    public const string Replayed = "Idempotency-Replayed";

    private const string Joint = ", ";

    /// <summary>Marks a response that repeats an earlier one.</summary>
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
        else if (IdempotencyKey.Error(value) is { } error)
        {
            problem = Problem.InvalidField(Name, error);
        }
        else
        {
            key = value;
        }

        return problem is null;
    }
}

/// <summary>The query parameter <c>userId</c>, which the calls about a user need.</summary>
internal static class UserIdQuery
{
    public const string Name = "userId";

    public static Input<string> Read(HttpRequest request) => request.Query[Name] switch
    {
        [] => Problem.InvalidField(Name, "is missing from the query"),
        [{ } value] when !IsWellEncoded(request.QueryString, value) => Problem.InvalidField(Name, "must be percent-encoded UTF-8"),
        [{ } value] when FieldText.Error(value) is { } error => Problem.InvalidField(Name, error),
        [{ } value] => value,
        _ => Problem.InvalidField(Name, "is given more than once"),
    };

    /// <summary>
    /// ASP.NET Core leaves text that is not percent-encoded UTF-8 as it is, so that two different queries would name one user. In that
    /// case the value has more percent signs than were encoded.
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
}
