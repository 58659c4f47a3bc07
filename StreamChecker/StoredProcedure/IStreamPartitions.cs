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

    /// <summary>
    /// Checks that the store works, at little cost. Unless a store knows better, by one read of a partition that is no user's,
    /// which does not prove that writes work.
    /// </summary>
    /// <param name="cancellationToken">Bounds the probe.</param>
    /// <exception cref="StoredProcedureException">The store does not run the procedure.</exception>
    async Task<StoreReadiness> ProbeAsync(CancellationToken cancellationToken) =>
        await ExecuteAsync(ListCommand.OfNoUser(), cancellationToken) switch
        {
            PartitionAnswer.Committed => new StoreReadiness.Ready(),
            var answer => new StoreReadiness.NotReady(answer.Explain()),
        };
}
