using System.Net;

namespace StreamChecker.Reliability.Crashes;

/// <summary>Files removed from the data folder: no acknowledged write is lost silently.</summary>
public sealed class LostFilesTests : IDisposable
{
    private const string Removed = "The data folder takes no writes: it was removed or replaced while it was in use.";

    private readonly TemporaryFolder parent = new();

    private string DataPath => Path.Combine(parent.Path, "data");

    public void Dispose() => parent.Dispose();

    [Fact]
    public async Task AfterACleanEnd_TheLogIsNotNeeded()
    {
        await using (var server = await ServerProcess.StartAsync(DataPath))
        {
            using var client = server.CreateClient();
            Assert.Equal(HttpStatusCode.Created, (await client.StartAsync("anna")).Status);
            Assert.Equal(0, await server.StopAsync());
        }

        RemoveLogs();
        await using var again = await ServerProcess.StartAsync(DataPath);
        using var returning = again.CreateClient();

        Assert.Equal(1, (await returning.ListAsync("anna")).Number("active"));
    }

    [Fact]
    public async Task AfterAKill_AFolderWithoutItsLogIsRejectedInOneLine()
    {
        await using (var server = await ServerProcess.StartAsync(DataPath))
        {
            using var client = server.CreateClient();
            Assert.Equal(HttpStatusCode.Created, (await client.StartAsync("anna")).Status);
            await server.KillAsync();
        }

        RemoveLogs();
        for (var time = 0; time < 2; time++)
        {
            var (exitCode, output) = await ServerProcess.FailAsync(DataPath);

            Assert.Equal(1, exitCode);
            Assert.Contains("A file of its log was removed or emptied", Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AFolderThatIsRemovedUnderTheServer_TakesNoMoreWrites(bool filesOnly)
    {
        await using var server = await ServerProcess.StartAsync(DataPath);
        using var client = server.CreateClient();
        Assert.Equal(HttpStatusCode.Created, (await client.StartAsync("anna")).Status);

        Remove(filesOnly);

        // The folder is looked at once a second.
        var status = HttpStatusCode.Created;
        for (var user = 0; user < 600 && status == HttpStatusCode.Created; user++)
        {
            status = (await client.StartAsync($"user {user}")).Status;
            await Task.Delay(10);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal($"{Removed} The request had no effect. Retry it.", (await client.StartAsync("bert")).Text("detail"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnIdleServerWhoseFolderIsRemoved_IsNotReady(bool filesOnly)
    {
        await using var server = await ServerProcess.StartAsync(DataPath);
        using var client = server.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, "/health/ready")).Status);

        Remove(filesOnly);
        var response = await client.SendAsync(HttpMethod.Get, "/health/ready");
        for (var patience = 600; response.Status == HttpStatusCode.OK && patience > 0; patience--)
        {
            await Task.Delay(100);
            response = await client.SendAsync(HttpMethod.Get, "/health/ready");
        }

        Assert.Equal((HttpStatusCode.ServiceUnavailable, Removed), (response.Status, response.Text("detail")));

        // The console writes after the response was sent.
        for (var patience = 100; !server.Output.Contains(Removed, StringComparison.Ordinal) && patience > 0; patience--)
        {
            await Task.Delay(100);
        }

        Assert.Single(server.Output.Split('\n'), line => line.Contains(Removed, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ANewFolder_IsItsOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var server = await ServerProcess.StartAsync(DataPath);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(DataPath));
    }

    private void Remove(bool filesOnly)
    {
        if (filesOnly)
        {
            foreach (var file in Directory.EnumerateFiles(DataPath))
            {
                File.Delete(file);
            }
        }
        else
        {
            Directory.Delete(DataPath, recursive: true);
        }
    }

    private void RemoveLogs()
    {
        foreach (var log in Directory.EnumerateFiles(DataPath, "*.log"))
        {
            File.Delete(log);
        }
    }
}
