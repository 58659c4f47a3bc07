using System.Diagnostics;

namespace StreamChecker.Reliability.Overload;

/// <summary>Looks at a process's memory, several times a second.</summary>
internal sealed class MemoryWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource ending = new();
    private readonly Task<List<long>> watching;

    public MemoryWatch(int processId) => watching = WatchAsync(processId);

    /// <summary>Ends it, and returns the maximum in the first half of the time and in the second.</summary>
    public async Task<(long Early, long Late)> StopAsync()
    {
        await ending.CancelAsync();
        var seen = await watching;
        ending.Dispose();
        return (seen[..(seen.Count / 2)].Max(), seen[(seen.Count / 2)..].Max());
    }

    private async Task<List<long>> WatchAsync(int processId)
    {
        using var process = Process.GetProcessById(processId);
        var seen = new List<long>();
        while (!ending.IsCancellationRequested)
        {
            process.Refresh();
            seen.Add(process.WorkingSet64);
            await Task.Delay(Pause, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return seen;
    }
}
