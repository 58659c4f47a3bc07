using StreamChecker.StoredProcedure;

namespace StreamChecker;

/// <summary>
/// Probes the store for anonymous health checks: one probe at a time, whose result is valid for one second, so that the
/// load on the store does not depend on the number of requests.
/// </summary>
internal sealed class StoreProbe(IStreamPartitions partitions, TimeSpan deadline, TimeProvider time)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    private readonly Lock starting = new();

    // The running probe, or the last one.
    private Task<StoreReadiness>? probing;
    private long endedAt;

    public Task<StoreReadiness> CheckAsync(CancellationToken cancellationToken)
    {
        lock (starting)
        {
            if (probing is null || (probing.IsCompleted && time.GetElapsedTime(endedAt) >= GoodFor))
            {
                probing = ProbeAsync();
            }

            return probing.WaitAsync(cancellationToken);
        }
    }

    private async Task<StoreReadiness> ProbeAsync()
    {
        // Its own thread: the caller holds the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var timeout = new CancellationTokenSource(deadline, time);
        try
        {
            return await partitions.ProbeAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new StoreReadiness.NotReady($"The store did not respond within {deadline.TotalSeconds:0.###} s.");
        }
        finally
        {
            endedAt = time.GetTimestamp();
        }
    }
}
