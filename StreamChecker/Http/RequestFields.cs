using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace StreamChecker.Http;

/// <summary>A value read from a request, or the problem with it.</summary>
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

/// <summary>The optional header <c>Idempotency-Key</c>.</summary>
internal static class IdempotencyKeyHeader
{
    public const string Name = "Idempotency-Key";

    /// <summary>The header that marks a repeated response.</summary>
    public const string Replayed = "Idempotency-Replayed";

    private const string Joint = ", ";

    /// <summary>Marks a repeated response.</summary>
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

        // The Functions host combines headers of the same name before the app receives them (RFC 9110, 5.3); no key contains a space.
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

/// <summary>The query parameter <c>userId</c>.</summary>
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
    /// ASP.NET Core keeps invalid percent-encoding as it is, so that two different queries could name one user. Such a value has more
    /// percent signs than were encoded.
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
