using System.Collections.Concurrent;
using System.Net;

namespace StreamChecker.Reliability.Crashes;

/// <summary>What was acknowledged is on disk: a Server that is killed comes back with every stream it admitted.</summary>
public sealed class DurabilityTests : IDisposable
{
    private static readonly (string, string) NoExpiry = ("StreamChecker__LeaseSeconds", "0");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AfterKill9DuringLoad_EveryAdmittedStreamIsThereAndTheLimitHolds()
    {
        var admitted = new ConcurrentDictionary<string, int>();
        for (var life = 0; life < 3; life++)
        {
            await using var server = await ServerProcess.StartAsync(folder.Path, NoExpiry);
            using var client = server.CreateClient();
            using var killed = new CancellationTokenSource();
            var load = Enumerable.Range(0, 16).Select(worker => LoadAsync(client, worker + (16 * life), admitted, killed.Token)).ToList();
            for (var (aim, patience) = (admitted.Count + 30, 600); admitted.Count < aim && patience > 0; patience--)
            {
                await Task.Delay(100);
            }

            await server.KillAsync();
            await killed.CancelAsync();
            await Task.WhenAll(load);
        }

        Assert.NotEmpty(admitted);
        await using var reborn = await ServerProcess.StartAsync(folder.Path, NoExpiry);
        using var again = reborn.CreateClient();
        foreach (var (userId, count) in admitted)
        {
            // A start whose response was lost in the crash may have been admitted: more may be there, never less.
            var room = 3 - count;
            ApiResponse response;
            while ((response = await again.StartAsync(userId)).Status == HttpStatusCode.Created)
            {
                Assert.True(--room >= 0, $"{userId} had {count} acknowledged streams, and more were admitted than there was room for.");
            }

            Assert.Equal((HttpStatusCode.Forbidden, 3), (response.Status, response.Number("active")));
        }
    }

    [Fact]
    public async Task WhenStopped_TheServerCompletesWhatItAcceptedAndEndsWithZero()
    {
        await using var server = await ServerProcess.StartAsync(folder.Path, NoExpiry);
        using var client = server.CreateClient();
        await client.StartAsync("anna");

        Assert.Equal(0, await server.StopAsync());

        await using var reborn = await ServerProcess.StartAsync(folder.Path, NoExpiry);
        using var again = reborn.CreateClient();
        Assert.Equal(2, (await again.StartAsync("anna")).Number("active"));
    }

    /// <summary>Starts three streams for one user after the other, and notes what was acknowledged.</summary>
    private static async Task LoadAsync(HttpClient client, int worker, ConcurrentDictionary<string, int> admitted, CancellationToken killed)
    {
        try
        {
            for (var i = 0; !killed.IsCancellationRequested; i++)
            {
                var userId = $"user {worker}-{i / 3}";
                if ((await client.StartAsync(userId)).Status == HttpStatusCode.Created)
                {
                    admitted.AddOrUpdate(userId, 1, (_, count) => count + 1);
                }
            }
        }
        catch (HttpRequestException)
        {
            // The Server was killed.
        }
    }
}
