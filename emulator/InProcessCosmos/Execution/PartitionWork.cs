using InProcessCosmos.Documents;

namespace InProcessCosmos.Execution;

/// <summary>Something to be done in one partition as one transaction, and to be answered when it is on disk.</summary>
internal abstract class PartitionWork(PartitionAddress address)
{
    public PartitionAddress Address => address;

    /// <summary>Whether the work is still wanted. Where it is not, that is its answer.</summary>
    public abstract bool IsWanted();

    /// <summary>Gives the work's own answer; or, where its batch has failed, that.</summary>
    public abstract void Answer(Exception? batchFailure);
}
