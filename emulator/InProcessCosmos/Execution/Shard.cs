using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
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

    // What a script host gets at once: more would keep the first of them waiting for the last.
    private const int MaxCalls = 32;

    // So many make a sync worth its while.
    private const int EnoughItems = 32;

    private readonly WorkQueue queue;
    private readonly GroupCommit commit;
    private readonly PartitionTransaction transaction;
    private readonly ProcedureRunner procedures;
    private readonly RecentPartitions recent = new();

    // Calls of one procedure, to be run together.
    private readonly List<ProcedureWorkItem> gathered = [];
    private readonly List<ScriptCall> calls = [];
    private readonly Func<PartitionAddress, Dictionary<string, StoredDocument?>?> seen;
    private readonly Action<ScriptCall> finish;
    private PartitionWorkItem? next;
    private readonly Func<bool> canProceed;
    private readonly Thread thread;

    // The batch that grows, and the one that is on its way to disk or waits to be used again.
    private CommitBatch growing;
    private CommitBatch other;
    private bool inFlight;

    // Work that has read nothing that could still be lost, and so need not wait for anybody's sync.
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

    /// <summary>How many pieces of work wait.</summary>
    public int QueueDepth => queue.Count;

    /// <summary>False where too many wait already.</summary>
    public bool TryAccept(PartitionWorkItem work) => queue.TryAdd(work);

    /// <summary>How many of them, from the first on, are accepted.</summary>
    public int Accept(IReadOnlyList<PartitionWorkItem> works) => queue.Add(works);

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

                // Half of what is there goes to disk while the other half runs: if all went at once, there would be nothing to do meanwhile.
                if (!inFlight && growing.Items.Count >= Math.Max(EnoughItems, queue.Count) && growing.WriteCount > 0)
                {
                    HandOver();
                }
            }

            CompleteDurable();

            // While a batch is on its way, the next one grows: fewer and larger writes.
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
                throw new UnreachableException($"Nobody runs a {work.GetType().Name}.");
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

    /// <summary>Takes what waits of the same procedure, too: a script host takes many calls at hardly more than the price of one.</summary>
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
#pragma warning disable CA1031 // Whatever goes wrong with these calls is their callers'; the shard lives on.
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

    /// <summary>What is written in a partition and not in the storage yet; null where nothing is.</summary>
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
            CompleteGrowing(failure);
            recent.Clear();
        }

        other.Clear();
    }

    private void HandOver()
    {
        if (growing.WriteCount == 0)
        {
            // What it has read was on its way when it read it, and is on disk by now.
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
