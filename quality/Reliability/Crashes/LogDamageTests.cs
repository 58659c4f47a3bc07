using InProcessCosmos.Disk;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Crashes;

/// <summary>The write-ahead log, cut off or damaged: it opens to its last whole batch, or is refused with a clear line.</summary>
public sealed class LogDamageTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ALogThatIsCutAnywhereInItsLastTransaction_HasAllOfItOrNothing()
    {
        var log = await DamagedLog.WriteAsync(folder.Path);
        var step = Math.Max(1, 16 / Effort.Times(1));
        var cuts = 0;
        for (var length = log.BeforeLast + Effort.Seed % step; length < log.Length; length += step, cuts++)
        {
            Assert.Equal(log.StateBeforeLast, await log.OpenAsync(bytes => bytes[..length]));
        }

        Assert.Equal(log.StateBeforeLast, await log.OpenAsync(bytes => bytes[..log.BeforeLast]));
        Assert.Equal(log.StateBeforeLast, await log.OpenAsync(bytes => bytes[..^1]));
        Assert.Equal(log.State, await log.OpenAsync(bytes => bytes));
        output.WriteLine($"seed {Effort.Seed}: cut at {cuts} of the last {log.Length - log.BeforeLast} bytes");
    }

    [Fact]
    public async Task ABitThatFlipsInTheLastTransaction_CostsAtMostThatTransaction()
    {
        var log = await DamagedLog.WriteAsync(folder.Path);

        var refused = await FlipAsync(log, log.BeforeLast, log.Length, Effort.Times(30), [log.StateBeforeLast, log.State]);

        output.WriteLine($"seed {Effort.Seed}: {Effort.Times(30)} flips in the tail, {refused} refused");
    }

    [Fact]
    public async Task ABitThatFlipsBeforeTheTail_IsRefusedOrCostsNothing()
    {
        var log = await DamagedLog.WriteAsync(folder.Path);

        var refused = await FlipAsync(log, 0, log.BeforeLast, Effort.Times(50), [log.State]);

        output.WriteLine($"seed {Effort.Seed}: {Effort.Times(50)} flips before the tail, {refused} refused");
        Assert.True(refused > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task ABitThatFlipsInTheHeadOfARecordBeforeTheTail_IsRefused(int offset)
    {
        var log = await DamagedLog.WriteAsync(folder.Path);
        for (var bit = 0; bit < 8; bit++)
        {
            var refusal = await Assert.ThrowsAsync<DataFolderException>(() => log.OpenAsync(Flip(log.BeforeLastButOne + offset, bit)));

            Assert.DoesNotContain('\n', refusal.Message);
        }
    }

    [Fact]
    public async Task ALogThatIsCutBeforeWhatWasAcknowledged_IsRefused()
    {
        var log = await DamagedLog.WriteAsync(folder.Path);
        foreach (var length in new[] { 0, log.BeforeLastButOne, log.BeforeLast, log.Length - 1 })
        {
            var refusal = await Assert.ThrowsAsync<DataFolderException>(() => log.OpenAsync(bytes => bytes[..length], acknowledged: true));

            Assert.Contains("A file of its log was removed or emptied", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal.Message);
        }

        Assert.Equal(log.State, await log.OpenAsync(bytes => bytes, acknowledged: true));
    }

    private static async Task<int> FlipAsync(DamagedLog log, int from, int to, int times, string[] allowed)
    {
        var random = new Random(Effort.Seed);
        var refused = 0;
        for (var i = 0; i < times; i++)
        {
            var (at, bit) = (random.Next(from, to), random.Next(8));
            try
            {
                var state = await log.OpenAsync(Flip(at, bit));
                Assert.True(allowed.Contains(state), $"seed {Effort.Seed}, bit {bit} of byte {at} of {log.Length}: {state}");
            }
            catch (DataFolderException refusal)
            {
                Assert.DoesNotContain('\n', refusal.Message);
                refused++;
            }
        }

        return refused;
    }

    private static Func<byte[], byte[]> Flip(int at, int bit) => bytes =>
    {
        bytes[at] ^= (byte)(1 << bit);
        return bytes;
    };
}
