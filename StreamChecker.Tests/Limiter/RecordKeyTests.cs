using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace StreamChecker.Tests.Limiter;

/// <summary>What makes one start the same start.</summary>
public sealed class RecordKeyTests
{
    [Fact]
    public void AKey_Is128BitsOfBase64Url()
    {
        Assert.Equal("AAAAAAAAAAAAAAAAAAAAAQ", new RecordKey(1).ToString());
        Assert.Equal(new RecordKey(UInt128.MaxValue - 2), RecordKey.Parse("_____________________Q"));
    }

    [Fact]
    public void NoTwoNewKeys_AreTheSame_OnWhateverThreadTheyAreMade()
    {
        const int keys = 100_000;
        var made = new ConcurrentDictionary<RecordKey, bool>();

        Parallel.For(0, keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => made.TryAdd(RecordKey.New(), true));

        Assert.Equal(keys, made.Count);
    }

    [Fact]
    public void TheKeyOfARepeatableStart_IsTheHashOfUserAndIdempotencyKey()
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("\u00e4nna\nplay-1"));

        Assert.Equal(Base64Url.EncodeToString(hash.AsSpan(0, 16)), RecordKey.For("\u00e4nna", "play-1").ToString());
    }

    [Fact]
    public void AnythingElse_IsNoKey()
    {
        foreach (var text in new[] { "", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAA", new string('A', 100) })
        {
            Assert.Equal("A record's key is not 128 bits of base64url.", Assert.Throws<FormatException>(() => RecordKey.Parse(text)).Message);
        }

        Assert.Throws<FormatException>(() => RecordKey.Parse("AAAAAAAAAAAAAAAAAAAA!Q"));
    }
}
