using Xunit.Abstractions;
using Xunit.Sdk;

namespace StreamChecker.Reliability.Crashes;

/// <summary>
/// <c>kill -9</c> leaves whole what the machine has not yet written to its disk; a power cut does not. Here only what was
/// synced survives.
/// </summary>
public sealed class PowerLossTests(ITestOutputHelper output)
{
    [DiskShimFact]
    public async Task WhatWasAcknowledged_HadBeenSynced()
    {
        var random = new Random(Effort.Seed);
        var load = new CrashLoad(connections: 24, usersEach: 8);
        var cuts = Effort.Times(4);
        var (syncs, lost) = await CutAsync(load, random, cuts);

        output.WriteLine($"seed {Effort.Seed}: {cuts} power cuts, {load.Acknowledged} acknowledged calls, {syncs} syncs, {lost} unsynced bytes dropped, nothing lost");
        Assert.True(load.Acknowledged > 0 && syncs > 0);
    }

    [DiskShimFact]
    public async Task ADiskThatOnlyPretendsToSync_IsFoundOut()
    {
        var load = new CrashLoad(connections: 8, usersEach: 8);

        await Assert.ThrowsAnyAsync<XunitException>(() => CutAsync(load, new Random(Effort.Seed), cuts: 1, pretend: true));
    }

    private static async Task<(int Syncs, long BytesLost)> CutAsync(CrashLoad load, Random random, int cuts, bool pretend = false)
    {
        var (syncs, lost) = (0, 0L);
        var folder = new TemporaryFolder();
        for (var cut = 0; cut < cuts; cut++)
        {
            using var shim = new DiskShim(folder.Path);
            await using (var server = await ServerProcess.StartAsync(folder.Path, [.. CrashLoad.Settings, .. shim.Settings]))
            {
                using var client = server.CreateClient();
                await load.CheckAsync(client);
                if (pretend)
                {
                    shim.PretendToSync();
                }

                var running = load.RunAsync(client, random.Next(), CancellationToken.None);
                await load.RespondedAsync(random.Next(20, 300), random);
                await server.KillAsync();
                await running;
            }

            var survived = new TemporaryFolder();
            var (syncsOfThis, lostOfThis) = shim.CopyWhatWasSynced(folder.Path, survived.Path);
            (syncs, lost) = (syncs + syncsOfThis, lost + lostOfThis);
            folder.Dispose();
            folder = survived;
        }

        using (folder)
        {
            await using var server = await ServerProcess.StartAsync(folder.Path, CrashLoad.Settings);
            using var client = server.CreateClient();
            await load.CheckAsync(client);
        }

        return (syncs, lost);
    }
}
