namespace StreamChecker.Reliability.Soak;

/// <summary>The data folder's size follows the live streams and the users, not the history. A user's document stays.</summary>
public sealed class DataFolderSizeTests
{
    [Fact]
    public async Task WhatIsOverAndForgotten_GivesItsRoomBack()
    {
        await using var partition = new PartitionOnThisMachine();
        var title = new string('t', FieldText.MaxLength);
        foreach (var users in Enumerable.Range(0, 5_000).Chunk(500))
        {
            await Task.WhenAll(users.Concat(users).Select(user => partition.AdmitAsync($"user {user}", title, title)));
        }

        var full = Size(partition.Engine.Path);
        partition.Pass(seconds: 90 + 600 + 1);
        await partition.AdmitAsync();

        // The engine sweeps by itself as well: the second sweep finds less.
        await partition.Engine.SweepAsync(CancellationToken.None);
        for (var patience = 1000; Size(partition.Engine.Path) > full / 5; patience--)
        {
            Assert.True(patience > 0, $"{Size(partition.Engine.Path)} of {full} bytes are left.");
            await Task.Delay(20);
        }

        Assert.Single(await partition.ActiveAsync());
    }

    private static long Size(string path) => new DirectoryInfo(path).EnumerateFiles()
        .Where(file => file.Extension is ".log" or ".sst")
        .Sum(file => file.Length);
}
