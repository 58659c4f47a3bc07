using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace StreamChecker;

/// <summary>
/// The rule for every text that a caller names something by (user, stream, device): 1 to 256 UTF-16 code units,
/// no control characters, valid Unicode. Texts are kept exactly as sent and compared by ordinal.
/// </summary>
public static class FieldText
{
    /// <summary>The most UTF-16 code units a text may have.</summary>
    public const int MaxLength = 256;

    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Where(c => char.IsControl((char)c)).Select(c => (char)c)]);

    /// <summary>Says what is wrong with a text, as the end of a sentence that begins with its name; null where nothing is.</summary>
    public static string? Flaw(string text)
    {
        if (text.Length == 0)
        {
            return "must not be empty";
        }

        if (text.Length > MaxLength)
        {
            return $"is longer than {MaxLength} characters";
        }

        if (text.AsSpan().ContainsAny(Controls))
        {
            return "must not contain control characters";
        }

        return HasLoneSurrogate(text) ? "must be valid Unicode (it has a lone surrogate)" : null;
    }

    internal static void ThrowIfFlawed([NotNull] string? text, string parameter)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        if (Flaw(text) is { } flaw)
        {
            throw new ArgumentException($"{parameter} {flaw}.", parameter);
        }
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
