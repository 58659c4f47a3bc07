using InProcessCosmos.Documents;

namespace InProcessCosmos.Execution;

/// <summary>Something to be done in one partition as one transaction, and to be answered when it is on disk.</summary>
internal abstract class PartitionWork(PartitionAddress address)
{
    public PartitionAddress Address => address;

    /// <summary>Does the work. True commits what it wrote; false, or an exception, rolls it back.</summary>
    public abstract bool Run(PartitionTransaction transaction, Scripts.ProcedureEngines procedures);

    /// <summary>Gives the work's own answer; or, where its batch has failed, that.</summary>
    public abstract void Answer(Exception? batchFailure);
}
