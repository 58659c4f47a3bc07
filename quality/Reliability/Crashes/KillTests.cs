using Xunit.Abstractions;

namespace StreamChecker.Reliability.Crashes;

/// <summary><c>kill -9</c> at random moments, again and again, on one data folder.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task WhatWasAcknowledged_IsThereAfterEveryKill()
    {
        var random = new Random(Effort.Seed);
        var load = new CrashLoad(connections: 24, usersEach: 8);
        var crashes = Effort.Times(10);
        for (var crash = 0; crash <= crashes; crash++)
        {
            await using var server = await ServerProcess.StartAsync(folder.Path, CrashLoad.Settings);
            using var client = server.CreateClient();
            await load.CheckAsync(client);
            if (crash < crashes)
            {
                var running = load.RunAsync(client, random.Next(), CancellationToken.None);
                await load.RespondedAsync(random.Next(500), random);
                await server.KillAsync();
                await running;
            }
        }

        output.WriteLine($"seed {Effort.Seed}: {crashes} kills, {load.Acknowledged} acknowledged calls, nothing lost");
        Assert.True(load.Acknowledged > 0);
    }
}
