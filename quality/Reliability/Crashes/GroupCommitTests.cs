namespace StreamChecker.Reliability.Crashes;

/// <summary>By the storage's own counter: a write completes after its sync, and a read needs no sync.</summary>
public sealed class GroupCommitTests
{
    [Fact]
    public async Task EveryCompletedWriteHadASyncOfItsOwn_WhereTheyComeOneByOne()
    {
        await using var partition = new PartitionOnThisMachine();
        await partition.AdmitAsync("the first user, for whom the container is created");
        for (var i = 0; i < 50; i++)
        {
            var before = partition.Engine.Syncs;
            await partition.AdmitAsync($"user {i}");

            Assert.Equal(before + 1, partition.Engine.Syncs);
        }
    }

    [Fact]
    public async Task WritesThatComeTogether_ShareTheirSyncs()
    {
        await using var partition = new PartitionOnThisMachine();
        var before = partition.Engine.Syncs;

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => partition.AdmitAsync($"user {i}")));

        Assert.InRange(partition.Engine.Syncs - before, 1, 499);
    }
}
