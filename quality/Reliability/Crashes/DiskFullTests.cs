using System.Diagnostics;
using System.Net;

namespace StreamChecker.Reliability.Crashes;

/// <summary>A full disk: writes are rejected with 503 and <c>Retry-After</c>, and accepted when there is space again, without a restart.</summary>
public sealed class DiskFullTests
{
    private const int QuotaExceeded = 122;
    private const int NoSpaceLeft = 28;

    [TmpfsFact]
    public async Task ADiskThatFillsUp_RejectsUntilThereIsRoom()
    {
        using var disk = new Tmpfs(48);

        await RejectsUntilThereIsRoomAsync(disk.DataPath, [], () => disk.Fill(leave: 200_000), disk.GiveRoom, "No space left on device");
    }

    [DiskShimTheory]
    [InlineData(QuotaExceeded, "Disk quota exceeded")]
    [InlineData(NoSpaceLeft, "No space left on device")]
    public async Task AWriteThatIsCutOffForWantOfRoom_RejectsUntilThereIsRoom(int errno, string reason)
    {
        using var folder = new TemporaryFolder();
        using var shim = new DiskShim(folder.Path);

        await RejectsUntilThereIsRoomAsync(folder.Path, shim.Settings, () => shim.FailWrites(errno), shim.Work, reason);
    }

    private static async Task RejectsUntilThereIsRoomAsync(
        string dataPath, (string Name, string Value)[] settings, Action fill, Action giveRoom, string reason)
    {
        reason = $"The data folder takes no writes: {reason}.";
        var running = Stopwatch.StartNew();
        var load = new CrashLoad(connections: 8, usersEach: 4);
        await using (var server = await ServerProcess.StartAsync(dataPath, [.. CrashLoad.Settings, ("Logging__LogLevel__StreamChecker", "Warning"), .. settings]))
        {
            using var client = server.CreateClient();
            for (var time = 0; time < 2; time++)
            {
                using var end = new CancellationTokenSource();
                var calling = load.RunAsync(client, Effort.Seed + time, end.Token);
                await load.RespondedAsync(20, new Random(Effort.Seed));
                fill();
                var rejected = await UntilAsync(client, HttpStatusCode.ServiceUnavailable);
                Assert.Equal((TimeSpan.FromSeconds(1), "store-unavailable"), (rejected.RetryAfter, rejected.ProblemType));
                Assert.Equal($"{reason} The request had no effect. Retry it.", rejected.Text("detail"));
                Assert.Equal(reason, (await ReadyUntilAsync(client, HttpStatusCode.ServiceUnavailable)).Text("detail"));
                await end.CancelAsync();
                await calling;

                await load.CheckAsync(client);
                giveRoom();
                await UntilAsync(client, HttpStatusCode.Created);
                await ReadyUntilAsync(client, HttpStatusCode.OK);
            }

            // However many calls it failed.
            var logged = server.Output.Split('\n').Count(line => line.Contains(reason, StringComparison.Ordinal));
            Assert.InRange(logged, 1, 1 + (int)running.Elapsed.TotalMinutes);
            Assert.DoesNotContain("too busy", server.Output, StringComparison.Ordinal);
        }

        await using var reborn = await ServerProcess.StartAsync(dataPath, CrashLoad.Settings);
        using var again = reborn.CreateClient();
        await load.CheckAsync(again);
    }

    /// <summary>Polls the readiness until it has this result, which is valid for a second.</summary>
    private static async Task<ApiResponse> ReadyUntilAsync(HttpClient client, HttpStatusCode status)
    {
        for (var patience = 600; ; patience--)
        {
            var response = await client.SendAsync(HttpMethod.Get, "/health/ready");
            if (response.Status == status || patience == 0)
            {
                Assert.Equal(status, response.Status);
                return response;
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Starts streams, each of a new user, until one has this result.</summary>
    private static async Task<ApiResponse> UntilAsync(HttpClient client, HttpStatusCode status)
    {
        for (var patience = 6000; ; patience--)
        {
            var response = await client.StartAsync($"new user {Guid.NewGuid()}", new string('s', 256));
            if (response.Status == status || patience == 0)
            {
                Assert.Equal(status, response.Status);
                return response;
            }

            await Task.Delay(response.Status == HttpStatusCode.ServiceUnavailable ? 20 : 0);
        }
    }
}
