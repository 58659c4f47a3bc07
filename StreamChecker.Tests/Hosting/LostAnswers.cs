using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Hosting;

/// <summary>The way back from a store: where a test wants it, the answer of a committed transaction is lost there.</summary>
internal sealed class LostAnswers(IStreamPartitions store) : IStreamPartitions
{
    private int toLose;

    /// <summary>Loses the next answer.</summary>
    public void LoseOne() => Volatile.Write(ref toLose, 1);

    /// <summary>Whether an answer that was to be lost has not come yet.</summary>
    public bool IsWaiting => Volatile.Read(ref toLose) > 0;

    public Task<StoreReadiness> ProbeAsync(CancellationToken cancellationToken) => store.ProbeAsync(cancellationToken);

    public async Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken)
    {
        var answer = await store.ExecuteAsync(command, cancellationToken);
        return answer is PartitionResult.Committed && Interlocked.Exchange(ref toLose, 0) > 0 ? new PartitionResult.Ambiguous("The answer was lost.") : answer;
    }
}
