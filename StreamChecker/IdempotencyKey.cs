namespace StreamChecker;

/// <summary>The rule for idempotency keys: 1 to 255 visible ASCII characters.</summary>
public static class IdempotencyKey
{
    /// <summary>The maximum number of characters.</summary>
    public const int MaxLength = 255;

    /// <summary>The error in a key, as the predicate of a sentence whose subject is its name; null if the key is valid.</summary>
    public static string? Error(string key) =>
        key.Length is 0 or > MaxLength ? $"must have 1 to {MaxLength} characters"
        : key.AsSpan().ContainsAnyExceptInRange('!', '~') ? "must be visible ASCII characters"
        : null;
}
