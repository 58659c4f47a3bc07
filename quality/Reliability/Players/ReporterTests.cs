using System.Diagnostics;
using System.Net;
using System.Text.Json;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Players;

/// <summary>The CMCD reporter that hls.js, dash.js and Shaka Player share, alone in Node.js, in front of a service whose store is busy for a while.</summary>
public sealed class ReporterTests
{
    [NodeFact]
    public async Task A503_IsSentAgain_AndA410EndsTheReports()
    {
        var store = new BusyAtTimes();
        await using var server = new StreamServer()
            .With("PlayerKeys", "c2l4dGVlbiBieXRlcywgYW5kIHNpeHRlZW4gbW9yZS4=").With(TimeProvider.System).Before(inner => store.Around(inner));
        var address = server.Listen();
        using var backend = new HttpClient { BaseAddress = address };
        var started = await backend.StartAsync("anna");
        Assert.Equal(HttpStatusCode.Created, started.Status);
        var url = started.Body.GetProperty("player").GetProperty("url").GetString()!;
        using var reporter = Process.Start(new ProcessStartInfo(Node.Program!, [RepositoryFiles.Path($"{Node.Folder}/page/reporter.js"), url, "1"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

        var (_, first) = await NextAsync(reporter, status: 204, with: "e=t");
        Assert.Single(first);

        store.IsBusy = true;
        var (_, lost) = await NextAsync(reporter, status: 503, with: "e=t");
        store.IsBusy = false;
        var (_, again) = await NextAsync(reporter, status: 204, with: lost[0]);
        Assert.Contains(lost[0], again);

        await backend.StopAsync(started.Id);
        await NextAsync(reporter, status: 410, with: "e=t");
        var after = reporter.StandardOutput.ReadLineAsync();
        Assert.NotSame(after, await Task.WhenAny(after, Task.Delay(TimeSpan.FromSeconds(4))));

        reporter.StandardInput.Close();
        await reporter.WaitForExitAsync();
        Assert.Null(await after);
    }

    /// <summary>Reads reports until one has a status and a line.</summary>
    private static async Task<(int Status, string[] Lines)> NextAsync(Process reporter, int status, string with)
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromSeconds(30) && await reporter.StandardOutput.ReadLineAsync() is { } line)
        {
            var report = JsonDocument.Parse(line).RootElement;
            string[] lines = [.. report.GetProperty("lines").EnumerateArray().Select(text => text.GetString()!)];
            if (report.GetProperty("status").GetInt32() == status && lines.Any(text => text.Contains(with, StringComparison.Ordinal)))
            {
                return (status, lines);
            }
        }

        throw new InvalidOperationException($"No report of {with} got {status}.");
    }

    /// <summary>A store that is too busy while a test wants it.</summary>
    private sealed class BusyAtTimes
    {
        public volatile bool IsBusy;

        public IStreamPartitions Around(IStreamPartitions inner) => new Partitions(this, inner);

        private sealed class Partitions(BusyAtTimes store, IStreamPartitions inner) : IStreamPartitions
        {
            public Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken) =>
                store.IsBusy ? Task.FromResult<PartitionResult>(new PartitionResult.Throttled(TimeSpan.FromSeconds(1))) : inner.ExecuteAsync(command, cancellationToken);
        }
    }
}
