using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>
/// All schedules of a few commands in one state. A transaction begins (it gets its snapshot, runs, and says what it wants to
/// write) and commits, in any order with the others; one that only reads is done when it has begun. Of two that wrote one
/// document the first to commit wins; the other begins again on the newest snapshot, and is interleaved again.
/// </summary>
internal sealed class Schedules
{
    private readonly World world;
    private readonly ClockMode clock;
    private readonly Findings findings;
    private readonly Judge judge;
    private readonly Transaction[] transactions;
    private readonly List<Step> steps = [];

    // Which documents each commit wrote, by their ids' bits.
    private readonly List<ulong> commits = [];
    private PartitionContent committed;
    private long lastOffset;

    public Schedules(World world, ClockMode clock, IReadOnlyList<NamedCommand> commands, Findings findings)
    {
        (this.world, this.clock, this.findings) = (world, clock, findings);
        committed = world.Beginning;
        judge = new(world, commands, findings, this);
        transactions = new Transaction[commands.Count];
        for (var i = 0; i < commands.Count; i++)
        {
            // Two tries of one command are alike: the second begins after the first.
            transactions[i] = new(commands[i], judge.GroupOf(commands[i]), i > 0 && commands[i] == commands[i - 1] ? transactions[i - 1] : null);
        }
    }

    /// <summary>How large the story of this schedule is.</summary>
    public int Size => (10 * steps.Count) + world.State.Size;

    public void Search()
    {
        var moved = false;
        foreach (var transaction in transactions)
        {
            if (transaction.Wants is not null)
            {
                moved = true;
                Commit(transaction);
            }
            else if (!transaction.IsDone && transaction.Earlier is not { HasBegun: false })
            {
                moved |= transaction.Command.Removed is { } id ? Remove(transaction, id) : TryBegin(transaction);
            }
        }

        if (!moved)
        {
            findings.Schedules++;
        }
    }

    /// <summary>The schedule up to now, one step a line.</summary>
    public string Story() =>
        string.Join('\n', steps.Select((step, number) => $"    {number + 1}. {step}").Prepend($"    {world.State}"));

    private bool TryBegin(Transaction transaction)
    {
        if (world.Call(transaction.Command, committed, repeated: transaction.Earlier is not null) is not { } call)
        {
            return false;
        }

        transaction.Call = call;
        transaction.HasBegun = true;
        BeginAtEveryMoment(transaction, clock.Offsets);
        transaction.HasBegun = false;
        return true;
    }

    private void BeginAtEveryMoment(Transaction transaction, ReadOnlySpan<long> offsets)
    {
        var before = lastOffset;
        foreach (var offset in offsets)
        {
            if (clock.Allows(offset, before))
            {
                lastOffset = offset;
                Begin(transaction, offset);
            }
        }

        lastOffset = before;
    }

    private void Begin(Transaction transaction, long offset)
    {
        var execution = world.Run(committed, transaction.Call!, Commands.Base + offset);
        var facts = judge.Facts;
        judge.Facts.Latest = Math.Max(facts.Latest, execution.At);
        steps.Add(new(transaction.Command, execution, execution.IsRead ? StepKind.Reads : StepKind.Begins, offset));
        if (execution.IsRead)
        {
            transaction.IsDone = true;
            judge.Read(execution, transaction.Group);
            Search();
            transaction.IsDone = false;
        }
        else
        {
            (transaction.Wants, transaction.Offset, transaction.Since) = (execution, offset, commits.Count);
            Search();
            transaction.Wants = null;
        }

        steps.RemoveAt(steps.Count - 1);
        judge.Facts = facts;
    }

    private void Commit(Transaction transaction)
    {
        var (execution, offset, since) = (transaction.Wants!, transaction.Offset, transaction.Since);
        transaction.Wants = null;
        if (Conflicts(execution, since))
        {
            steps.Add(new(transaction.Command, execution, StepKind.Loses, offset));
            BeginAtEveryMoment(transaction, clock.Kind == ClockKind.Many ? [offset] : clock.Offsets);
            steps.RemoveAt(steps.Count - 1);
        }
        else
        {
            var (before, facts) = (committed, judge.Facts);
            committed = world.Commit(before, execution);
            transaction.IsDone = true;
            commits.Add(execution.Written);
            steps.Add(new(transaction.Command, execution, StepKind.Commits, offset));
            judge.Commit(execution, transaction.Group, before, committed);
            Search();
            steps.RemoveAt(steps.Count - 1);
            commits.RemoveAt(commits.Count - 1);
            transaction.IsDone = false;
            (committed, judge.Facts) = (before, facts);
        }

        (transaction.Wants, transaction.Offset, transaction.Since) = (execution, offset, since);
    }

    private bool Conflicts(Execution execution, int since)
    {
        for (var i = since; i < commits.Count; i++)
        {
            if ((commits[i] & execution.Compared) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool Remove(Transaction transaction, string id)
    {
        if (committed.Find(id) is not { } document || !InitialState.IsDue(document))
        {
            return false;
        }

        var before = committed;
        committed = world.Remove(before, document);
        transaction.IsDone = true;
        commits.Add(document.IdBit);
        steps.Add(new(transaction.Command, null, StepKind.Commits, 0));
        Search();
        steps.RemoveAt(steps.Count - 1);
        commits.RemoveAt(commits.Count - 1);
        transaction.IsDone = false;
        committed = before;
        return true;
    }

    private sealed class Transaction(NamedCommand command, int? group, Transaction? earlier)
    {
        public NamedCommand Command => command;

        /// <summary>The tries of one operation; null where there is nothing to try again.</summary>
        public int? Group => group;

        public Transaction? Earlier => earlier;

        public StreamCall? Call { get; set; }

        public bool HasBegun { get; set; }

        public bool IsDone { get; set; }

        /// <summary>What it has run and not yet committed.</summary>
        public Execution? Wants { get; set; }

        public long Offset { get; set; }

        /// <summary>How many commits its snapshot has seen.</summary>
        public int Since { get; set; }
    }

    private enum StepKind
    {
        Begins,
        Reads,
        Loses,
        Commits,
    }

    private sealed record Step(NamedCommand Command, Execution? Execution, StepKind Kind, long Offset)
    {
        public override string ToString() => Kind switch
        {
            StepKind.Begins => $"{Command} begins, clock {Offset:+0;-0;0} ms: wants to {string.Join(", ", Execution!.Writes)}",
            StepKind.Reads => $"{Command} reads, clock {Offset:+0;-0;0} ms: {Text(Execution!)}",
            StepKind.Loses => $"{Command} loses",
            _ when Execution is null => $"{Command}",
            _ => $"{Command} commits: {Text(Execution)}",
        };

        private static string Text(Execution execution) => execution.Reply switch
        {
            StreamReply.Admitted admitted =>
                $"admitted, active {admitted.Active} of {admitted.Limit}{(admitted.Replayed ? ", replayed" : "")}{Keys(", replaced ", admitted.Replaced)}",
            StreamReply.LimitReached { Violations: [var first, ..] } => $"limit {first.Limit} of {first.Rule} reached{Keys(": ", first.Streams)}",
            StreamReply.PlanNeeded needed => $"plan {needed.Plan} needed",
            StreamReply.Renewed renewed => $"active until {renewed.Record.ExpiresAt - Commands.Base:+0;-0;0} ms{(renewed.Written ? "" : ", not written")}",
            StreamReply.Ended ended => $"ended, {ended.Reason.ToString().ToLowerInvariant()}",
            StreamReply.Listed listed => $"limit {listed.Limit}{Keys(", active ", listed.Streams)}",
            StreamReply.Stopped stopped => $"stopped {stopped.Count}{(stopped.Replayed ? ", replayed" : "")}",
            StreamReply.LimitSet set => $"limit set to {set.Limit}{(set.Replayed ? ", replayed" : "")}",
            null => execution.Thrown!,
            var other => other.GetType().Name,
        };

        private static string Keys(string before, IReadOnlyList<RecordView> streams) =>
            streams.Count == 0 ? "" : before + string.Join(", ", streams.Select(stream => stream.Key));
    }
}
