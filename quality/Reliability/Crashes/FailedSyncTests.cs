namespace StreamChecker.Reliability.Crashes;

/// <summary>After a failed sync it is unknown what is on disk: the process ends, and a new one reads what is there.</summary>
public sealed class FailedSyncTests : IDisposable
{
    private const int InputOutputError = 5;
    private const int NoSpaceLeft = 28;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [DiskShimTheory]
    [InlineData(InputOutputError)]
    [InlineData(NoSpaceLeft)]
    public async Task AFailedSync_EndsTheProcessAndNothingAcknowledgedIsLost(int errno)
    {
        using var shim = new DiskShim(folder.Path);
        var load = new CrashLoad(connections: 8, usersEach: 4);
        await using (var server = await ServerProcess.StartAsync(folder.Path, [.. CrashLoad.Settings, .. shim.Settings]))
        {
            using var client = server.CreateClient();
            var running = load.RunAsync(client, Effort.Seed, CancellationToken.None);
            await load.RespondedAsync(20, new Random(Effort.Seed));
            shim.FailSyncs(errno);
            await running;

            Assert.NotEqual(0, await server.EndAsync());
            Assert.Contains("The process ends: a write to the data folder failed", server.Output, StringComparison.Ordinal);
        }

        await using var reborn = await ServerProcess.StartAsync(folder.Path, CrashLoad.Settings);
        using var again = reborn.CreateClient();
        await load.CheckAsync(again);
    }
}
