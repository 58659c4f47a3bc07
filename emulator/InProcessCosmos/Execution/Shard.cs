using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;

namespace InProcessCosmos.Execution;

/// <summary>
/// One thread and its partitions. It collects the writes of queued work in a batch and passes that to the group commit, which completes the work
/// when it is durable; meanwhile the shard runs the next batch. Transactions of one partition are serial by construction.
/// </summary>
internal sealed class Shard : IDisposable
{
    private const int MaxBatch = 512;

    // The maximum number of calls for a script host at once: with more, the first would wait longer for the last.
    private const int MaxCalls = 32;

    // The number of work items that justifies a sync.
    private const int EnoughItems = 32;

    private readonly WorkQueue queue;
    private readonly GroupCommit commit;
    private readonly PartitionTransaction transaction;
    private readonly ProcedureRunner procedures;
    private readonly RecentPartitions recent = new();

    // Calls of one procedure that run together.
    private readonly List<ProcedureWorkItem> gathered = [];
    private readonly List<ScriptCall> calls = [];
    private readonly Func<PartitionAddress, Dictionary<string, StoredDocument?>?> seen;
    private readonly Action<ScriptCall> finish;
    private PartitionWorkItem? next;
    private readonly Func<bool> canProceed;
    private readonly Thread thread;

    // The batch that collects writes, and the one that the group commit has or that is free.
    private CommitBatch growing;
    private CommitBatch other;
    private bool inFlight;

    // Work that has read durable data only, and so need not wait for a sync.
    private readonly List<PartitionWorkItem> durable = [];

    public Shard(int number, DocumentStorage storage, GroupCommit commit, EngineClock clock, TrustedProcedures trusted, V8Watchdog watchdog, EngineOptions options)
    {
        this.commit = commit;
        transaction = new(storage, clock);
        procedures = new(new(storage, clock), clock, new ScriptHosts(options.ScriptLimits, trusted, watchdog), recent);
        (seen, finish) = (Seen, Finish);
        queue = new(options.QueueLength);
        (growing, other) = (new(queue.Wake), new(queue.Wake));
        canProceed = () => inFlight && other.IsDone;
        thread = new(Serve) { IsBackground = true, Name = $"shard {number}" };
        thread.Start();
    }

    /// <summary>The number of work items in the queue.</summary>
    public int QueueDepth => queue.Count;

    /// <summary>Returns false if the queue is full.</summary>
    public bool TryAccept(PartitionWorkItem work) => queue.TryAdd(work);

    /// <summary>Returns the number of accepted items, counted from the first.</summary>
    public int Accept(IReadOnlyList<PartitionWorkItem> works) => queue.Add(works);

    /// <summary>Completes the accepted work, and ends the thread.</summary>
    public void Stop()
    {
        queue.Complete();
        thread.Join();
    }

    /// <summary>Must be called after the group commit has ended, which may wake this shard until then.</summary>
    public void Dispose()
    {
        queue.Dispose();
        procedures.Dispose();
    }

    private void Serve()
    {
        while (!queue.IsFinished || inFlight || growing.Items.Count > 0 || next is not null)
        {
            Settle();
            while (growing.Items.Count < MaxBatch && TryTake(out var work))
            {
                Run(work);
                Settle();
                if (durable.Count >= CompletionBatch.Size)
                {
                    CompleteDurable();
                }

                // Half of the work becomes durable while the other half runs. Otherwise this thread would be idle during the sync.
                if (!inFlight && growing.Items.Count >= Math.Max(EnoughItems, queue.Count) && growing.WriteCount > 0)
                {
                    HandOver();
                }
            }

            CompleteDurable();

            // While a batch is being committed, the next one grows: fewer and larger writes.
            if (inFlight)
            {
                queue.SleepUnless(canProceed, busy: growing.Items.Count >= MaxBatch);
            }
            else if (growing.Items.Count > 0)
            {
                HandOver();
            }
            else
            {
                queue.SleepUnless(canProceed);
            }
        }
    }

    private bool TryTake([MaybeNullWhen(false)] out PartitionWorkItem work)
    {
        (work, next) = (next, null);
        return work is not null || queue.TryTake(out work);
    }

    private void Run(PartitionWorkItem work)
    {
        switch (work)
        {
            case var unwanted when !unwanted.IsWanted():
                growing.Items.Add(unwanted);
                break;
            case ProcedureWorkItem procedure:
                Gather(procedure);
                RunGathered();
                break;
            case IDocumentWorkItem document:
                Run(work, document);
                break;
            default:
                throw new UnreachableException($"No shard runs a {work.GetType().Name}.");
        }
    }

    private void Run(PartitionWorkItem work, IDocumentWorkItem document)
    {
        var unwritten = Seen(work.Address);
        transaction.Begin(work.Address, unwritten);
        if (document.Run(transaction))
        {
            var isDurable = unwritten is null && !transaction.HasWritten;
            transaction.Commit(Commit);
            Keep(work, isDurable);
        }
        else
        {
            transaction.Rollback();
            growing.Items.Add(work);
        }
    }

    /// <summary>Also takes queued calls of the same procedure: a batch of calls costs hardly more than one.</summary>
    private void Gather(ProcedureWorkItem first)
    {
        gathered.Add(first);
        while (gathered.Count < MaxCalls && queue.TryTake(out var work))
        {
            if (work is not ProcedureWorkItem call || call.Procedure != first.Procedure)
            {
                next = work;
                return;
            }

            if (call.IsWanted())
            {
                gathered.Add(call);
            }
            else
            {
                growing.Items.Add(call);
            }
        }
    }

    private void RunGathered()
    {
        foreach (var work in gathered)
        {
            calls.Add(work.Call);
        }

        try
        {
            procedures.Run(gathered[0].Procedure, calls, seen, finish);
        }
#pragma warning disable CA1031 // An exception is the outcome of these calls; the shard continues.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            foreach (var work in gathered)
            {
                if (!work.IsFinished)
                {
                    work.Fail(thrown);
                    growing.Items.Add(work);
                }
            }
        }

        gathered.Clear();
        calls.Clear();
    }

    private void Finish(ScriptCall call)
    {
        var work = (ProcedureWorkItem)call.Owner!;
        work.Finish();
        if (call.Outcome is not ScriptOutcome.Completed)
        {
            growing.Items.Add(work);
            return;
        }

        var isDurable = call.Writes.IsEmpty && Seen(call.Address) is null;
        foreach (var (id, document) in call.Writes)
        {
            Commit(call.Address, id, document);
        }

        Keep(work, isDurable);
    }

    private void Keep(PartitionWorkItem work, bool isDurable)
    {
        if (isDurable)
        {
            durable.Add(work);
        }
        else
        {
            growing.Items.Add(work);
        }
    }

    /// <summary>The writes of a partition that are not in the storage yet; null if there are none.</summary>
    private Dictionary<string, StoredDocument?>? Seen(PartitionAddress address) =>
        growing.Overlay.Of(address) ?? (inFlight ? growing.Overlay.Inherit(other.Overlay, address) : null);

    private void Commit(PartitionAddress address, string id, StoredDocument? document)
    {
        growing.Overlay.Set(address, id, document);
        recent.Set(address, id, document);
        growing.Write(address.KeyOf(id), document?.Value);
    }

    private void CompleteDurable()
    {
        if (durable.Count > 0)
        {
            CompletionBatch.Queue(durable, failure: null);
            durable.Clear();
        }
    }

    /// <summary>Checks whether the group commit has finished with the last batch.</summary>
    private void Settle()
    {
        if (!inFlight || !other.IsDone)
        {
            return;
        }

        inFlight = false;
        if (other.Failure is { } failure)
        {
            // Later transactions may have read writes that are now lost.
            CompleteGrowing(failure);
            recent.Clear();
        }

        other.Clear();
    }

    private void HandOver()
    {
        if (growing.WriteCount == 0)
        {
            // It may have read writes that were not durable yet, but are by now.
            CompleteGrowing(failure: null);
            return;
        }

        (growing, other) = (other, growing);
        inFlight = true;
        commit.Take(other);
    }

    private void CompleteGrowing(Exception? failure)
    {
        CompletionBatch.Queue(growing.Items, failure);
        growing.Clear();
    }
}
