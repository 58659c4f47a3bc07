using StreamChecker.Reliability.Crashes;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Overload;

/// <summary>
/// Ten times what the Server can carry, sent by a schedule that no response delays. Two processors cannot offer ten times
/// what they serve, so the Server has a disk that is slow to sync, as a cloud's may be that has used up its credit.
/// </summary>
[Collection(nameof(Alone))]
public sealed class TenTimesOverloadTests(ITestOutputHelper output) : IDisposable
{
    private const int CallsAtOnce = 1024;
    private const int Times = 10;

    // Only the limit of concurrent requests may reject any.
    private static readonly (string, string)[] Settings = [("StreamChecker__DeadlineSeconds", "60"), ("Logging__LogLevel__StreamChecker", "Error")];

    private static readonly TimeSpan Sync = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(Effort.Times(5));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [DiskShimFact]
    public async Task TenTimesWhatItCarries_IsRejectedQuickly_AndWhatIsAcceptedKeepsItsLatency()
    {
        using var shim = new DiskShim(folder.Path);
        await using var server = await ServerProcess.StartAsync(folder.Path, [.. Settings, .. shim.Settings]);
        using var load = new LoadGenerator(server.Address, CallsAtOnce * 3);
        await load.CallAsync(64, TimeSpan.FromSeconds(1));
        shim.SlowSyncs(Sync);

        // As many callers at once as it takes on. Those whose response arrives after the end count, so it is rather more than it carries.
        var carried = await load.CallAsync(CallsAtOnce, Sync * 6);
        output.WriteLine($"carries: {carried}");
        Assert.Equal(0, carried.Rejected.Count);

        var memory = new MemoryWatch(server.Id);
        var over = await load.OfferAsync(carried.AcceptedRate * Times * 1.05, Length);
        var (early, late) = await memory.StopAsync();
        output.WriteLine($"{over.OfferedRate / carried.AcceptedRate:F1} times that: {over}; {early / 1e6:F0} MB, then {late / 1e6:F0} MB");
        var after = await load.CallAsync(CallsAtOnce / 2, Sync * 2);
        output.WriteLine($"after: {after}");

        Assert.True(over.OfferedRate >= Times * carried.AcceptedRate, "Ten times as much was not offered.");
        Assert.Equal(over.Offered, over.Accepted.Count + over.Rejected.Count);
        Assert.True(over.AcceptedRate > carried.AcceptedRate / 2, "It did less work than it can do.");
        Assert.True(over.Accepted.Percentile(0.99) < carried.Accepted.Percentile(0.99) * 2, "What was accepted waited for longer than without the overload.");
        Assert.True(over.Rejected.Percentile(0.5) < over.Accepted.Percentile(0.5) / 10, "Rejections were not quick.");
        Assert.True(over.Rejected.Percentile(0.99) < over.Accepted.Percentile(0.5), "Some rejections were as slow as work.");
        Assert.True(late < early * 1.5, "The memory grew.");
        Assert.Equal(0, after.Rejected.Count);
        Assert.True(after.Accepted.Percentile(0.5) < carried.Accepted.Percentile(0.5) * 2, "It did not recover.");
    }
}

/// <summary>Tests that measure, and so run when no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
