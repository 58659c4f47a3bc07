using InProcessCosmos.Disk;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Crashes;

/// <summary>The write-ahead log, cut off or damaged: it opens to its last whole batch, or is rejected with a clear line.</summary>
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

        var rejected = await FlipAsync(log, log.BeforeLast, log.Length, Effort.Times(30), [log.StateBeforeLast, log.State]);

        output.WriteLine($"seed {Effort.Seed}: {Effort.Times(30)} flips in the tail, {rejected} rejected");
    }

    [Fact]
    public async Task ABitThatFlipsBeforeTheTail_IsRejectedOrCostsNothing()
    {
        var log = await DamagedLog.WriteAsync(folder.Path);

        var rejected = await FlipAsync(log, 0, log.BeforeLast, Effort.Times(50), [log.State]);

        output.WriteLine($"seed {Effort.Seed}: {Effort.Times(50)} flips before the tail, {rejected} rejected");
        Assert.True(rejected > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task ABitThatFlipsInTheHeadOfARecordBeforeTheTail_IsRejected(int offset)
    {
        var log = await DamagedLog.WriteAsync(folder.Path);
        for (var bit = 0; bit < 8; bit++)
        {
            var rejection = await Assert.ThrowsAsync<DataFolderException>(() => log.OpenAsync(Flip(log.BeforeLastButOne + offset, bit)));

            Assert.DoesNotContain('\n', rejection.Message);
        }
    }

    [Fact]
    public async Task ALogThatIsCutBeforeWhatWasAcknowledged_IsRejected()
    {
        var log = await DamagedLog.WriteAsync(folder.Path);
        foreach (var length in new[] { 0, log.BeforeLastButOne, log.BeforeLast, log.Length - 1 })
        {
            var rejection = await Assert.ThrowsAsync<DataFolderException>(() => log.OpenAsync(bytes => bytes[..length], acknowledged: true));

            Assert.Contains("A file of its log was removed or emptied", rejection.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', rejection.Message);
        }

        Assert.Equal(log.State, await log.OpenAsync(bytes => bytes, acknowledged: true));
    }

    private static async Task<int> FlipAsync(DamagedLog log, int from, int to, int times, string[] allowed)
    {
        var random = new Random(Effort.Seed);
        var rejected = 0;
        for (var i = 0; i < times; i++)
        {
            var (at, bit) = (random.Next(from, to), random.Next(8));
            try
            {
                var state = await log.OpenAsync(Flip(at, bit));
                Assert.True(allowed.Contains(state), $"seed {Effort.Seed}, bit {bit} of byte {at} of {log.Length}: {state}");
            }
            catch (DataFolderException rejection)
            {
                Assert.DoesNotContain('\n', rejection.Message);
                rejected++;
            }
        }

        return rejected;
    }

    private static Func<byte[], byte[]> Flip(int at, int bit) => bytes =>
    {
        bytes[at] ^= (byte)(1 << bit);
        return bytes;
    };
}
