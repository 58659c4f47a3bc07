namespace StreamChecker.StoredProcedure;

/// <summary>
/// Where the stored procedure <c>streams.js</c> runs: one transaction in one user's partition. The two stores differ in
/// where it runs and in nothing else; neither retries a write.
/// </summary>
public interface IStreamPartitions
{
    /// <summary>Runs one command in its user's partition, once, in one round trip.</summary>
    /// <exception cref="StoredProcedureException">The procedure threw something that is no conflict: a bug.</exception>
    Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Checks that the store works, at little cost. Unless a store knows better, by one read of a partition that is no user's,
    /// which does not prove that writes work.
    /// </summary>
    /// <param name="cancellationToken">Bounds the probe.</param>
    /// <exception cref="StoredProcedureException">The store does not run the procedure.</exception>
    async Task<StoreReadiness> ProbeAsync(CancellationToken cancellationToken) =>
        await ExecuteAsync(ListCommand.OfNoUser(), cancellationToken) switch
        {
            PartitionResult.Committed => new StoreReadiness.Ready(),
            var answer => new StoreReadiness.NotReady(answer.Explain()),
        };
}

/// <summary>What one transaction in a partition came to.</summary>
public abstract record PartitionResult
{
    private PartitionResult()
    {
    }

    /// <summary>Why it was not committed, in a sentence.</summary>
    internal string Explain() => this switch
    {
        Conflict => "Other writers of the same partition were faster, again and again.",
        Throttled => "The partition store is too busy.",
        Busy busy => $"The partition store is too busy: {busy.Cause}",
        Unwritable unwritable => unwritable.Reason,
        Ambiguous ambiguous => $"The partition store failed: {ambiguous.Cause}",
        _ => "The partition store did not answer.",
    };

    /// <summary>The transaction was committed, and is on disk where it wrote.</summary>
    /// <param name="Reply">The procedure's answer.</param>
    /// <param name="RequestCharge">What it cost, in request units; null where the store does not charge.</param>
    public sealed record Committed(StreamReply Reply, double? RequestCharge = null) : PartitionResult;

    /// <summary>Another transaction wrote first. All of it was rolled back; a new transaction may succeed.</summary>
    public sealed record Conflict : PartitionResult;

    /// <summary>The store refused to begin, being too busy. Nothing was written.</summary>
    /// <param name="RetryAfter">How long the store asks to be left alone.</param>
    public sealed record Throttled(TimeSpan RetryAfter) : PartitionResult;

    /// <summary>The store could not finish it just now. All of it was rolled back, or it never began.</summary>
    /// <param name="Cause">What the store said.</param>
    public sealed record Busy(string Cause) : PartitionResult;

    /// <summary>The store takes no writes until an operator acts: its disk is full, for example. Nothing was written.</summary>
    /// <param name="Reason">Why, in one sentence that may be shown to every caller: it names no path, account or user.</param>
    /// <param name="RetryAfter">When to look again.</param>
    public sealed record Unwritable(string Reason, TimeSpan RetryAfter) : PartitionResult;

    /// <summary>The store did not say whether it committed. The same command may be run again.</summary>
    /// <param name="Cause">What was seen instead of an answer.</param>
    public sealed record Ambiguous(string Cause) : PartitionResult;
}

/// <summary>Whether a store works, as a probe found it.</summary>
public abstract record StoreReadiness
{
    private StoreReadiness()
    {
    }

    /// <summary>It does.</summary>
    public sealed record Ready : StoreReadiness;

    /// <summary>It does not.</summary>
    /// <param name="Reason">Why, in one sentence that may be shown to every caller: it names no path, account or user.</param>
    public sealed record NotReady(string Reason) : StoreReadiness;
}

/// <summary>The stored procedure failed in a way that no retry mends. Everything it did was rolled back.</summary>
public sealed class StoredProcedureException(string message) : Exception(message);
