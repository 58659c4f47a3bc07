using Microsoft.Extensions.Time.Testing;

namespace StreamChecker.Tests.Limiter;

/// <summary>Tokens with a deadline, whose sources are used again.</summary>
public sealed class DeadlineTokenTests
{
    private const int Many = 300;

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task ADeadline_CancelsTheToken_ByItsOwnClock()
    {
        var time = new FakeTimeProvider();
        using var onFakeClock = new DeadlineToken(Soon, time, CancellationToken.None);
        using var onSystemClock = new DeadlineToken(Soon, TimeProvider.System, CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Late, onSystemClock.Value));
        Assert.False(onFakeClock.Value.IsCancellationRequested);
        time.Advance(Soon);
        Assert.True(onFakeClock.Value.IsCancellationRequested);
    }

    [Fact]
    public async Task TheDeadlineOfAnOperationThatHasEnded_CancelsNoOther()
    {
        Take(Soon, CancellationToken.None).ForEach(ended => ended.Dispose());
        await Task.Delay(4 * Soon);
        var others = Take(Late, CancellationToken.None);

        await Task.Delay(4 * Soon);

        Assert.DoesNotContain(others, other => other.Value.IsCancellationRequested);
        others.ForEach(other => other.Dispose());
    }

    [Fact]
    public async Task ASourceThatIsUsedAgain_HasTheNewDeadline()
    {
        Take(Late, CancellationToken.None).ForEach(ended => ended.Dispose());
        var soon = Take(Soon, CancellationToken.None);

        await Task.WhenAll(soon.Select(one => Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Late, one.Value))));
        soon.ForEach(one => one.Dispose());
    }

    [Fact]
    public void ACaller_CancelsTheirOperationOnly()
    {
        using var caller = new CancellationTokenSource();
        Take(Late, caller.Token).ForEach(ended => ended.Dispose());
        var others = Take(Late, CancellationToken.None);
        var running = Take(Late, caller.Token);

        caller.Cancel();

        Assert.All(running, one => Assert.True(one.Value.IsCancellationRequested));
        running.ForEach(one => one.Dispose());
        others.AddRange(Take(Late, CancellationToken.None));
        Assert.DoesNotContain(others, other => other.Value.IsCancellationRequested);
        others.ForEach(other => other.Dispose());
    }

    private static List<DeadlineToken> Take(TimeSpan deadline, CancellationToken cancellationToken) =>
        [.. Enumerable.Range(0, Many).Select(_ => new DeadlineToken(deadline, TimeProvider.System, cancellationToken))];
}
