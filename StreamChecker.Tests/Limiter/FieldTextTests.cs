using System.Text;

namespace StreamChecker.Tests.Limiter;

/// <summary>The rules for what callers name things by.</summary>
public sealed class FieldTextTests
{
    [Fact]
    public void AText_HasOneTo256Characters()
    {
        Assert.Equal("must not be empty", FieldText.Error(""));
        Assert.Null(FieldText.Error("x"));
        foreach (var character in new[] { "x", "\u00e4", "\u20ac", "\U0001F600", "\U00020BB7" })
        {
            var longest = string.Concat(Enumerable.Repeat(character, 256));
            Assert.Null(FieldText.Error(longest));
            Assert.True(Encoding.UTF8.GetByteCount(longest) <= FieldText.MaxBytes);
            Assert.Equal("is longer than 256 characters (Unicode code points)", FieldText.Error(longest + character));
        }
    }

    [Fact]
    public void AText_HasNoControlCharacters()
    {
        foreach (var control in Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)))
        {
            Assert.Equal("must not contain control characters", FieldText.Error($"a{(char)control}b"));
        }

        Assert.Null(FieldText.Error(" ~\u00a0\u2028\ufeff"));
    }

    [Fact]
    public void AText_IsValidUnicode()
    {
        foreach (var lone in new[] { "\ud83c", "a\ud83c", "\ud83ca", "\udf7f", "\udf7f\ud83c", "\ud83c\udf7f\ud83c", "\ud83c\ud83c\udf7f", "\ud83c\udf7f\udf7f" })
        {
            Assert.Equal("must be valid Unicode (it has a lone surrogate)", FieldText.Error(lone));
        }

        Assert.Null(FieldText.Error("\ud83c\udf7f\ud83c\udf7fa\ud83c\udf7f"));
    }

    [Fact]
    public void AnIdempotencyKey_HasOneTo255VisibleAsciiCharacters()
    {
        Assert.Equal("must have 1 to 255 characters", IdempotencyKey.Error(""));
        Assert.Equal("must have 1 to 255 characters", IdempotencyKey.Error(new('x', 256)));
        foreach (var other in new[] { " ", "a b", "\u007f", "\u00e4", "a\n" })
        {
            Assert.Equal("must be visible ASCII characters", IdempotencyKey.Error(other));
        }

        Assert.Null(IdempotencyKey.Error("!~"));
        Assert.Null(IdempotencyKey.Error(new('x', 255)));
    }
}
