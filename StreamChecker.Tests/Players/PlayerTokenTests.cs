using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.Players;
using StreamChecker.Server.Contract;

namespace StreamChecker.Tests.Players;

/// <summary>The tokens of players: opaque, short, bound to one stream, and of no use when changed.</summary>
public sealed class PlayerTokenTests
{
    private static readonly string Old = Key(1);
    private static readonly string New = Key(2);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 31, 20, 15, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("a", 0)]
    [InlineData("\u00e4\ud83c\udf7f/?#", 1_769_890_500_000)]
    [InlineData("anna", (1L << 48) - 1)]
    public void AToken_IsReadBack(string userId, long startedAt)
    {
        var token = Token(userId, startedAt);
        var tokens = Tokens(New);

        Assert.Equal(PlayerTokenState.Valid, tokens.Read(tokens.Issue(token), out var read));
        Assert.Equal(token, read);
    }

    /// <summary>Every bit of every byte, and every character of the text, of tokens with users of each length modulo three.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("anna")]
    public void NoBitAndNoCharacter_CanBeChanged(string userId)
    {
        var tokens = Tokens(New, Old);
        var text = tokens.Issue(Token(userId));
        var bytes = Base64Url.DecodeFromChars(text);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertForeign(tokens, Base64Url.EncodeToString(changed));
        }

        for (var at = 0; at < text.Length; at++)
        {
            foreach (var other in "AQgw048cZz_-.= \u00e4".Where(other => other != text[at]))
            {
                AssertForeign(tokens, $"{text[..at]}{other}{text[(at + 1)..]}");
            }

            AssertForeign(tokens, text[..at]);
            AssertForeign(tokens, text[at..][1..]);
            AssertForeign(tokens, text.Insert(at, "A"));
        }

        AssertForeign(tokens, text + "A");
        AssertForeign(tokens, text + "=");
    }

    [Fact]
    public void PartsOfTwoTokens_MakeNoThird()
    {
        var tokens = Tokens(New);
        var (one, other) = (Base64Url.DecodeFromChars(tokens.Issue(Token("anna"))), Base64Url.DecodeFromChars(tokens.Issue(Token("bert"))));
        for (var cut = 1; cut < one.Length; cut++)
        {
            byte[] mixed = [.. one[..cut], .. other[cut..]];
            if (!mixed.SequenceEqual(one) && !mixed.SequenceEqual(other))
            {
                AssertForeign(tokens, Base64Url.EncodeToString(mixed));
            }
        }
    }

    [Fact]
    public void RandomBytes_AreNoToken()
    {
        var tokens = Tokens(New);
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = RandomNumberGenerator.GetBytes(Random.Shared.Next(1_200));
            if (bytes.Length > 1)
            {
                // With a version and a number that exist, so that it is decrypted.
                Base64Url.DecodeFromChars(tokens.Issue(Token("anna")))[..2].CopyTo(bytes, 0);
            }

            AssertForeign(tokens, Base64Url.EncodeToString(bytes));
        }
    }

    [Fact]
    public void TwoTokensOfOneStream_HaveNothingInCommonButVersionAndKey()
    {
        var tokens = Tokens(New);
        var token = Token("anna");
        var texts = Enumerable.Range(0, 1_000).Select(_ => Base64Url.DecodeFromChars(tokens.Issue(token))).ToList();

        Assert.Single(texts.Select(text => Convert.ToHexString(text[..2])).Distinct());
        Assert.Equal(1_000, texts.Select(text => Convert.ToHexString(text[2..14])).Distinct().Count());
    }

    [Fact]
    public void TheUser_CannotBeReadFromTheToken()
    {
        const string User = "anna@example.com";

        Assert.False(Base64Url.DecodeFromChars(Tokens(New).Issue(Token(User))).AsSpan().IndexOf("anna"u8) >= 0);
    }

    [Fact]
    public void AToken_ExpiresAtItsTime()
    {
        var tokens = Tokens(New);
        var token = Token("anna");
        var text = tokens.Issue(token);

        time.SetUtcNow(token.ExpiresAt.AddMilliseconds(-1));
        Assert.Equal(PlayerTokenState.Valid, tokens.Read(text, out _));
        time.SetUtcNow(token.ExpiresAt);
        Assert.Equal(PlayerTokenState.Expired, tokens.Read(text, out _));
    }

    [Fact]
    public void ATokenOfAnotherService_IsForeign() => AssertForeign(Tokens(Old), Tokens(New).Issue(Token("anna")));

    /// <summary>The new key is added last on one instance after the other, then moved to the front on one after the other, then the old one is removed.</summary>
    [Fact]
    public void InARotation_EveryInstanceReadsTheTokensOfEveryOther()
    {
        string[][] steps = [[Old], [Old, New], [New, Old]];
        for (var step = 0; step + 1 < steps.Length; step++)
        {
            PlayerTokens[] instances = [Tokens(steps[step]), Tokens(steps[step + 1])];
            foreach (var (one, other) in from one in instances from other in instances select (one, other))
            {
                Assert.Equal(PlayerTokenState.Valid, other.Read(one.Issue(Token("anna")), out _));
            }
        }

        // The last step waits until the tokens of the old key have expired.
        AssertForeign(Tokens(New), Tokens(Old, New).Issue(Token("anna")));
        Assert.Equal(PlayerTokenState.Valid, Tokens(New).Read(Tokens(New, Old).Issue(Token("anna")), out _));
    }

    [Fact]
    public void KeysWithTheSameNumber_AreBothTried()
    {
        var number = SHA256.HashData(Convert.FromBase64String(New))[0];
        var twin = Enumerable.Range(3, 10_000).Select(Key).First(key => SHA256.HashData(Convert.FromBase64String(key))[0] == number);

        Assert.Equal(PlayerTokenState.Valid, Tokens(twin, New).Read(Tokens(New).Issue(Token("anna")), out _));
        Assert.Equal(PlayerTokenState.Valid, Tokens(New, twin).Read(Tokens(twin).Issue(Token("anna")), out _));
    }

    [Theory]
    [InlineData("\u20ac")]
    [InlineData("\U0001F600")]
    public void TheLongestUserId_Fits(string character)
    {
        var token = Token(string.Concat(Enumerable.Repeat(character, 256)));
        var tokens = Tokens(New);

        var text = tokens.Issue(token);

        Assert.Equal(PlayerTokenState.Valid, tokens.Read(text, out var read));
        Assert.Equal(token, read);
        Assert.True(text.Length <= CallParameter.PlayerToken.MaxLength);
    }

    [Fact]
    public void AToken_IsShort() => Assert.Equal(80, Tokens(New).Issue(Token("anna")).Length);

    private static void AssertForeign(PlayerTokens tokens, string text) => Assert.Equal(PlayerTokenState.Foreign, tokens.Read(text, out _));

    private static string Key(int seed) => Convert.ToBase64String(SHA256.HashData(BitConverter.GetBytes(seed)));

    private PlayerToken Token(string userId, long startedAt = 1_769_890_500_000) =>
        new(new StreamRecordId(userId, RecordKey.New(), startedAt), time.GetUtcNow().AddDays(1));

    private PlayerTokens Tokens(params string[] keys) => new(Options.Create(new PlayerOptions { PlayerKeys = string.Join(',', keys) }), time);
}
