using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Hosting;

/// <summary>Loses the response of a committed transaction on its way back from the store, when a test asks for it.</summary>
internal sealed class LostResponses(IStreamPartitions store) : IStreamPartitions
{
    private int toLose;

    /// <summary>Loses the next response.</summary>
    public void LoseOne() => Volatile.Write(ref toLose, 1);

    /// <summary>Whether the response to lose has not arrived yet.</summary>
    public bool IsWaiting => Volatile.Read(ref toLose) > 0;

    public Task<StoreReadiness> ProbeAsync(CancellationToken cancellationToken) => store.ProbeAsync(cancellationToken);

    public async Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken)
    {
        var result = await store.ExecuteAsync(command, cancellationToken);
        return result is PartitionResult.Committed && Interlocked.Exchange(ref toLose, 0) > 0 ? new PartitionResult.Ambiguous("The response was lost.") : result;
    }
}
