using System.Diagnostics;
using System.Net;

namespace StreamChecker.Reliability.Crashes;

/// <summary>A disk that does not end its syncs: the Server is not ready, says why, and is ready again when they end.</summary>
public sealed class HangingSyncTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [DiskShimFact]
    public async Task AServerWhoseSyncsHang_IsNotReadyUntilTheyEnd()
    {
        using var shim = new DiskShim(folder.Path);
        await using var server = await ServerProcess.StartAsync(folder.Path, [("StreamChecker__DeadlineSeconds", "1"), .. shim.Settings]);
        using var client = server.CreateClient();
        await ReadinessAsync(client, HttpStatusCode.OK);

        shim.SlowSyncs(TimeSpan.FromSeconds(4));
        var hanging = await ReadinessAsync(client, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("A synced write to the data folder did not end in time.", hanging.Text("detail"));
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, "/health/live")).Status);

        shim.Work();
        await ReadinessAsync(client, HttpStatusCode.OK);
    }

    private static async Task<ApiResponse> ReadinessAsync(HttpClient client, HttpStatusCode wanted)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var response = await client.SendAsync(HttpMethod.Get, "/health/ready");
            if (response.Status == wanted)
            {
                return response;
            }

            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), $"A minute has passed, and the Server still returns {response.Status}: {response.Content}");
            await Task.Delay(50);
        }
    }
}
