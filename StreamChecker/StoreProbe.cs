using StreamChecker.StoredProcedure;

namespace StreamChecker;

/// <summary>
/// Whether the store works, for probes that anybody may send: one probe of the store at a time, whose result is good for a
/// second, so that the number of callers does not matter to the store.
/// </summary>
internal sealed class StoreProbe(IStreamPartitions partitions, TimeSpan deadline, TimeProvider time)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    private readonly Lock starting = new();

    // The probe that runs, or the last one.
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
            return new StoreReadiness.NotReady($"The store did not answer within {deadline.TotalSeconds:0.###} s.");
        }
        finally
        {
            endedAt = time.GetTimestamp();
        }
    }
}
