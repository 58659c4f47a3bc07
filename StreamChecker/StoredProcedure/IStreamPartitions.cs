namespace StreamChecker.StoredProcedure;

/// <summary>
/// A store that executes the stored procedure <c>streams.js</c>: one transaction in one user's partition. Neither implementation
/// retries a write.
/// </summary>
public interface IStreamPartitions
{
    /// <summary>Executes one command in its user's partition, once, in one round trip.</summary>
    /// <exception cref="StoredProcedureException">The procedure failed with an error that is not transient: a bug.</exception>
    Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Executes each command once, as a transaction of its own. The tasks are in the order of the commands, and end as those of
    /// <see cref="ExecuteAsync"/>. The default implementation sends all at the same time.
    /// </summary>
    IReadOnlyList<Task<PartitionResult>> ExecuteMany(IReadOnlyList<StreamCommand> commands, CancellationToken cancellationToken) =>
        [.. commands.Select(command => ExecuteAsync(command, cancellationToken))];

    /// <summary>
    /// Checks at little cost whether the store works. The default implementation reads a partition that belongs to no user, which
    /// does not prove that writes work.
    /// </summary>
    /// <param name="cancellationToken">Limits the duration of the probe.</param>
    /// <exception cref="StoredProcedureException">The store cannot execute the procedure.</exception>
    async Task<StoreReadiness> ProbeAsync(CancellationToken cancellationToken) =>
        await ExecuteAsync(ListCommand.OfNoUser(), cancellationToken) switch
        {
            PartitionResult.Committed => new StoreReadiness.Ready(),
            var result => new StoreReadiness.NotReady(result.Explain()),
        };
}

/// <summary>The result of one transaction in a partition.</summary>
public abstract record PartitionResult
{
    private PartitionResult()
    {
    }

    /// <summary>The reason why the transaction was not committed, in one sentence.</summary>
    internal string Explain() => this switch
    {
        Conflict => "Concurrent transactions of the same partition conflicted repeatedly.",
        Throttled => "The partition store is too busy.",
        Busy busy => $"The partition store is too busy: {busy.Cause}",
        Unwritable unwritable => unwritable.Reason,
        Ambiguous ambiguous => $"The partition store failed: {ambiguous.Cause}",
        _ => "The partition store did not respond.",
    };

    /// <summary>The transaction was committed; its writes are durable.</summary>
    /// <param name="Reply">The procedure's reply.</param>
    /// <param name="RequestCharge">Its request units; null if the store does not charge.</param>
    public sealed record Committed(StreamReply Reply, double? RequestCharge = null) : PartitionResult;

    /// <summary>A concurrent transaction committed first. The transaction was rolled back; a new one may succeed.</summary>
    public sealed record Conflict : PartitionResult;

    /// <summary>The store rejected the transaction because it is too busy. Nothing was written.</summary>
    /// <param name="RetryAfter">The delay that the store requests.</param>
    public sealed record Throttled(TimeSpan RetryAfter) : PartitionResult;

    /// <summary>The store had no capacity to complete it. The transaction was rolled back, or it never began.</summary>
    /// <param name="Cause">The store's error.</param>
    public sealed record Busy(string Cause) : PartitionResult;

    /// <summary>The store rejects writes until an operator acts: its disk is full, for example. Nothing was written.</summary>
    /// <param name="Reason">The reason, in one sentence that is safe to return to every client: it names no path, account or user.</param>
    /// <param name="RetryAfter">The delay before a retry.</param>
    public sealed record Unwritable(string Reason, TimeSpan RetryAfter) : PartitionResult;

    /// <summary>It is unknown whether the transaction was committed. The same command can be retried.</summary>
    /// <param name="Cause">The observed failure.</param>
    public sealed record Ambiguous(string Cause) : PartitionResult;
}

/// <summary>The result of a probe of a store.</summary>
public abstract record StoreReadiness
{
    private StoreReadiness()
    {
    }

    /// <summary>The store works.</summary>
    public sealed record Ready : StoreReadiness;

    /// <summary>The store does not work.</summary>
    /// <param name="Reason">The reason, in one sentence that is safe to return to every client: it names no path, account or user.</param>
    public sealed record NotReady(string Reason) : StoreReadiness;
}

/// <summary>The stored procedure failed with a permanent error. The transaction was rolled back.</summary>
public sealed class StoredProcedureException(string message) : Exception(message);
