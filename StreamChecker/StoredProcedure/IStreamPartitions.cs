namespace StreamChecker.StoredProcedure;

/// <summary>
/// Where the stored procedure <c>streams.js</c> runs: one transaction in one user's partition. The two stores differ in
/// where it runs and in nothing else; neither retries a write.
/// </summary>
public interface IStreamPartitions
{
    /// <summary>Runs one command in its user's partition, once, in one round trip.</summary>
    /// <exception cref="StoredProcedureException">The procedure threw something that is no conflict: a bug.</exception>
    Task<PartitionAnswer> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken);
}
