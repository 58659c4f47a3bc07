using System.Net;
using StreamChecker.Tests.Hosting;
using StreamChecker.Tests.Processes;

namespace StreamChecker.Tests.Reliability.Crashes;

/// <summary>A full disk: writes are refused with 503 and <c>Retry-After</c>, and taken again when there is room, without a restart.</summary>
public sealed class DiskFullTests
{
    private const int QuotaExceeded = 122;
    private const int NoSpaceLeft = 28;

    [TmpfsFact]
    public async Task ADiskThatFillsUp_RefusesUntilThereIsRoom()
    {
        using var disk = new Tmpfs(48);

        await RefusesUntilThereIsRoomAsync(disk.DataPath, [], () => disk.Fill(leave: 200_000), disk.GiveRoom);
    }

    [DiskShimTheory]
    [InlineData(QuotaExceeded)]
    [InlineData(NoSpaceLeft)]
    public async Task AWriteThatIsCutOffForWantOfRoom_RefusesUntilThereIsRoom(int errno)
    {
        using var folder = new TemporaryFolder();
        using var shim = new DiskShim(folder.Path);

        await RefusesUntilThereIsRoomAsync(folder.Path, shim.Settings, () => shim.FailWrites(errno), shim.Work);
    }

    private static async Task RefusesUntilThereIsRoomAsync(string dataPath, (string Name, string Value)[] settings, Action fill, Action giveRoom)
    {
        var load = new CrashLoad(connections: 8, usersEach: 4);
        await using (var server = await ServerProcess.StartAsync(dataPath, [.. CrashLoad.Settings, .. settings]))
        {
            using var client = server.CreateClient();
            for (var time = 0; time < 2; time++)
            {
                using var end = new CancellationTokenSource();
                var running = load.RunAsync(client, Effort.Seed + time, end.Token);
                await load.AnsweredAsync(20, new Random(Effort.Seed));
                fill();
                Assert.Equal(TimeSpan.FromSeconds(1), (await UntilAsync(client, HttpStatusCode.ServiceUnavailable)).RetryAfter);
                await end.CancelAsync();
                await running;

                await load.CheckAsync(client);
                giveRoom();
                await UntilAsync(client, HttpStatusCode.Created);
            }
        }

        await using var reborn = await ServerProcess.StartAsync(dataPath, CrashLoad.Settings);
        using var again = reborn.CreateClient();
        await load.CheckAsync(again);
    }

    /// <summary>Starts streams, of a new user each, until one is answered so.</summary>
    private static async Task<Answer> UntilAsync(HttpClient client, HttpStatusCode status)
    {
        for (var patience = 6000; ; patience--)
        {
            var answer = await client.StartAsync($"new user {Guid.NewGuid()}", new string('s', 256));
            if (answer.Status == status || patience == 0)
            {
                Assert.Equal(status, answer.Status);
                return answer;
            }

            await Task.Delay(answer.Status == HttpStatusCode.ServiceUnavailable ? 20 : 0);
        }
    }
}
