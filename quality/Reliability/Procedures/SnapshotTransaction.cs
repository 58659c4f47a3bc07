using System.Collections.Immutable;
using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Procedures;

/// <summary>A transaction that has run on its snapshot and wants to be committed.</summary>
internal sealed record SnapshotTransaction(
    StreamCommand Command,
    long Now,
    ImmutableDictionary<string, StoredDocument> Snapshot,
    ImmutableDictionary<string, StoredDocument?> Written,
    ScriptOutcome Outcome)
{
    /// <summary>What it returns, once it is committed; null if the procedure threw a conflict.</summary>
    /// <exception cref="StoredProcedureException">It threw something else.</exception>
    public StreamReply? Reply => Outcome switch
    {
        ScriptOutcome.Completed completed => StreamsProcedure.ReadReply(completed.Body.Span),
        ScriptOutcome.Failed failed when StreamsProcedure.ReadError(failed.Message) is PartitionResult.Conflict => null,
        _ => throw new StoredProcedureException(Outcome.ToString()),
    };
}
