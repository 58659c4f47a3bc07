using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace StreamChecker;

/// <summary>
/// The rule for user IDs, stream IDs, device names and device IDs: 1 to 256 characters (device IDs: 128), no control characters,
/// valid Unicode. Texts are stored exactly as sent and compared by ordinal.
/// </summary>
public static class FieldText
{
    /// <summary>The maximum number of characters: Unicode code points, as JSON Schema counts them.</summary>
    public const int MaxLength = 256;

    /// <summary>The same for device IDs.</summary>
    public const int MaxDeviceIdLength = 128;

    /// <summary>The maximum number of bytes in UTF-8.</summary>
    public const int MaxBytes = MaxLength * 4;

    /// <summary>The same rule as a JSON Schema pattern, without the length.</summary>
    public const string Pattern = "^[^\\u0000-\\u001F\\u007F-\\u009F]+$";

    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Where(c => char.IsControl((char)c)).Select(c => (char)c)]);

    /// <summary>The error in a text, as the predicate of a sentence whose subject is its name; null if the text is valid.</summary>
    public static string? Error(string text, int maxLength = MaxLength)
    {
        if (text.Length == 0)
        {
            return "must not be empty";
        }

        if (text.Length > maxLength && Characters(text) > maxLength)
        {
            return $"is longer than {maxLength} characters (Unicode code points)";
        }

        if (text.AsSpan().ContainsAny(Controls))
        {
            return "must not contain control characters";
        }

        return HasLoneSurrogate(text) ? "must be valid Unicode (it has a lone surrogate)" : null;
    }

    internal static void ThrowIfInvalid([NotNull] string? text, string parameter, int maxLength = MaxLength)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        if (Error(text, maxLength) is { } error)
        {
            throw new ArgumentException($"{parameter} {error}.", parameter);
        }
    }

    private static int Characters(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return true;
            }

            i++;
        }

        return false;
    }
}
