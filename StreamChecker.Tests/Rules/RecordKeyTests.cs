using System.Collections.Concurrent;

namespace StreamChecker.Tests.Rules;

/// <summary>A start's key is nobody else's, on whatever thread it is made.</summary>
public sealed class RecordKeyTests
{
    [Fact]
    public void NewKeys_AreAllDifferent()
    {
        const int keys = 100_000;
        var made = new ConcurrentDictionary<RecordKey, bool>();

        Parallel.For(0, keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => made.TryAdd(RecordKey.New(), true));

        Assert.Equal(keys, made.Count);
    }

    [Fact]
    public void TheKeyOfAnIdempotencyKey_IsTheSameForTheSameUser_AndForNobodyElse()
    {
        Assert.Equal(RecordKey.For("anna", "k1"), RecordKey.For("anna", "k1"));
        Assert.Distinct([RecordKey.For("anna", "k1"), RecordKey.For("anna", "k2"), RecordKey.For("bert", "k1"), RecordKey.For("annak", "1")]);
    }
}
