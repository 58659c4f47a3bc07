using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;

namespace InProcessCosmos.Execution;

/// <summary>
/// One thread and its partitions. It runs what is in its queue into one batch and hands that to the group commit, which
/// answers it when it is on disk; meanwhile it runs the next. Transactions of one partition are serial by construction.
/// </summary>
internal sealed class Shard : IDisposable
{
    private const int MaxBatch = 512;

    // So many make a sync worth its while.
    private const int EnoughWrites = 32;

    private readonly WorkQueue queue;
    private readonly GroupCommit commit;
    private readonly PartitionTransaction transaction;
    private readonly ProcedureEngines procedures;
    private readonly Func<bool> canProceed;
    private readonly Thread thread;

    // The batch that grows, and the one that is on its way to disk or waits to be used again.
    private CommitBatch growing;
    private CommitBatch other;
    private bool inFlight;

    // Work that has read nothing that could still be lost, and so need not wait for anybody's sync.
    private readonly List<PartitionWork> settled = [];

    public Shard(int number, DocumentStorage storage, GroupCommit commit, EngineClock clock, EngineOptions options)
    {
        this.commit = commit;
        transaction = new(storage, clock);
        procedures = new(clock, options.ScriptLimits);
        queue = new(options.QueueLength);
        (growing, other) = (new(queue.Wake), new(queue.Wake));
        canProceed = () => inFlight && other.IsDone;
        thread = new(Serve) { IsBackground = true, Name = $"shard {number}" };
        thread.Start();
    }

    /// <summary>How many pieces of work wait.</summary>
    public int QueueDepth => queue.Count;

    /// <summary>False where too many wait already.</summary>
    public bool TryAccept(PartitionWork work) => queue.TryAdd(work);

    /// <summary>Finishes what was accepted, and ends the thread.</summary>
    public void Stop()
    {
        queue.Complete();
        thread.Join();
    }

    /// <summary>To be called when the group commit, too, has ended: until then it may be about to wake this shard.</summary>
    public void Dispose()
    {
        queue.Dispose();
        procedures.Dispose();
    }

    private void Serve()
    {
        while (!queue.IsFinished || inFlight || growing.Answers.Count > 0)
        {
            Settle();
            while (growing.Answers.Count < MaxBatch && queue.TryTake(out var work))
            {
                Run(work);
                Settle();
                if (settled.Count == Answers.AtATime)
                {
                    AnswerSettled();
                }

                // Half of what is there goes to disk while the other half runs: if all went at once, there would be nothing to do meanwhile.
                if (!inFlight && growing.Writes.Count >= Math.Max(EnoughWrites, queue.Count))
                {
                    HandOver();
                }
            }

            AnswerSettled();

            // While a batch is on its way, the next one grows: fewer and larger writes.
            if (inFlight)
            {
                queue.SleepUnless(canProceed, busy: growing.Answers.Count == MaxBatch);
            }
            else if (growing.Answers.Count > 0)
            {
                HandOver();
            }
            else
            {
                queue.SleepUnless(canProceed);
            }
        }
    }

    private void Run(PartitionWork work)
    {
        var seen = growing.Overlay.Of(work.Address);
        if (seen is null && inFlight)
        {
            seen = growing.Overlay.Inherit(other.Overlay, work.Address);
        }

        transaction.Begin(work.Address, seen);
        if (work.Run(transaction, procedures))
        {
            var isSettled = seen is null && !transaction.HasWritten;
            transaction.Commit(Commit);
            if (isSettled)
            {
                settled.Add(work);
                return;
            }
        }
        else
        {
            transaction.Rollback();
        }

        growing.Answers.Add(work);
    }

    private void Commit(PartitionAddress address, string id, StoredDocument? document)
    {
        growing.Overlay.Set(address, id, document);
        growing.Writes.Add((address.KeyOf(id), document?.Value));
    }

    private void AnswerSettled()
    {
        if (settled.Count > 0)
        {
            Answers.Give(settled, failure: null);
            settled.Clear();
        }
    }

    /// <summary>Looks whether the batch on its way has arrived.</summary>
    private void Settle()
    {
        if (!inFlight || !other.IsDone)
        {
            return;
        }

        inFlight = false;
        if (other.Failure is { } failure)
        {
            // Whatever came after it may have seen what is now lost.
            Answer(failure);
        }

        other.Clear();
    }

    private void HandOver()
    {
        if (growing.Writes.Count == 0)
        {
            // What it has read was on its way when it read it, and is on disk by now.
            Answer(failure: null);
            return;
        }

        (growing, other) = (other, growing);
        inFlight = true;
        commit.Take(other);
    }

    private void Answer(Exception? failure)
    {
        Answers.Give(growing.Answers, failure);
        growing.Clear();
    }
}
