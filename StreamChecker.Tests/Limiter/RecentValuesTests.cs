using Microsoft.Extensions.Time.Testing;

namespace StreamChecker.Tests.Limiter;

/// <summary>What an instance remembers of players and users, within its bounds.</summary>
public sealed class RecentValuesTests
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider time = new();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9.9)]
    public void AValue_IsRememberedForTheLeastTime_AndForgottenAfterTwice(double secondsBefore)
    {
        var values = new RecentValues<string, int>(Least, 100, time);
        values.Set("first", 0);
        time.Advance(TimeSpan.FromSeconds(secondsBefore));
        values.Set("key", 7);

        time.Advance(Least - TimeSpan.FromMilliseconds(1));
        Assert.True(values.TryGet("key", out var value));
        Assert.Equal(7, value);
        time.Advance(Least + TimeSpan.FromMilliseconds(1));
        Assert.False(values.TryGet("key", out _));
    }

    [Fact]
    public void AValueThatIsChanged_KeepsItsOldOneAcrossGenerations()
    {
        var values = new RecentValues<string, int>(Least, 100, time);
        for (var change = 0; change < 50; change++)
        {
            Assert.Equal(change, values.Change("key", before => before + 1));
            time.Advance(Least - TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void OfTooManyKeys_TheRecentOnesAreRemembered()
    {
        var values = new RecentValues<int, int>(Least, 100, time);
        for (var key = 0; key < 1_000; key++)
        {
            values.Set(key, key);
        }

        Assert.All(Enumerable.Range(900, 100), key => Assert.True(values.TryGet(key, out _)));
        Assert.All(Enumerable.Range(0, 800), key => Assert.False(values.TryGet(key, out _)));
    }

    [Fact]
    public void AfterClear_NothingIsRemembered()
    {
        var values = new RecentValues<int, int>(Least, 100, time);
        values.Set(1, 1);
        time.Advance(Least);
        values.Set(2, 2);

        values.Clear();

        Assert.False(values.TryGet(1, out _) || values.TryGet(2, out _));
    }

    [Fact]
    public async Task ChangesAtTheSameTime_AreAllCounted()
    {
        var values = new RecentValues<int, int>(TimeSpan.FromHours(1), 100, time);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var change = 0; change < 10_000; change++)
            {
                values.Change(change % 3, before => before + 1);
            }
        })));

        Assert.Equal(80_000, Enumerable.Range(0, 3).Sum(key => values.TryGet(key, out var count) ? count : 0));
    }
}
