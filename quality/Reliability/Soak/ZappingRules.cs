namespace StreamChecker.Reliability.Soak;

/// <summary>An evening of zapping: a viewer who changes the channel every five seconds, for seven hours.</summary>
public abstract class ZappingRules(Store store, int starts) : PartitionRules(store)
{
    private const double SecondsApart = 5;

    public sealed class OnEmbedded() : ZappingRules(Store.Embedded, starts: 5_000);

    /// <summary>The first three quarters of an hour: after ten minutes the partition is in a steady state.</summary>
    public sealed class OnCosmos() : ZappingRules(Store.Cosmos, starts: 500);

    [Fact]
    public async Task ThePartition_StaysBelowTwentyDocuments()
    {
        StreamRecordId? watched = null;
        var most = 0;
        for (var i = 0; i < starts; i++)
        {
            // Every fifth channel takes the place of the one before; the others are begun after it was stopped.
            var replaces = watched is not null && i % 5 == 0;
            if (watched is not null && !replaces)
            {
                Assert.True(await Partition.StopAsync(watched));
            }

            var admitted = Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(
                new() { UserId = "anna", StreamId = $"channel {i}", Replace = replaces ? [watched!] : [] }));
            Assert.Equal((1, replaces ? 1 : 0), (admitted.Active, admitted.Replaced.Count));
            watched = admitted.Record.Id;
            most = Math.Max(most, (await Partition.DocumentsAsync()).Count);
            Partition.Pass(SecondsApart);
        }

        Assert.InRange(most, 10, 19);
    }

    /// <summary>As a program does it, or a hand on a stuck key: every start reads the whole partition, so that it must not grow.</summary>
    [Fact]
    public async Task HoweverFastAUserStarts_ThePartitionStaysSmall()
    {
        for (var i = 0; i < 200; i++)
        {
            Assert.IsType<StartResult.Admitted>(await Partition.StartAsync(
                new() { UserId = "bert", StreamId = $"channel {i}", OnLimit = OnLimit.ReplaceOldest }));
        }

        // 32 ended ones and the one that the last start has just ended, the limit's three, and the user document.
        Assert.InRange((await Partition.DocumentsAsync("bert")).Count, 30, 37);
    }
}
