using System.Runtime.CompilerServices;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>
/// Holds the documents after each commit, and each reply, against the promise. A reply must be that of the same command run alone
/// on the state just before its commit; a retry's must be the first one, without a second effect.
/// </summary>
internal sealed class Judge
{
    private readonly World world;
    private readonly Findings findings;
    private readonly Schedules schedule;
    private readonly string[] groups;

    public Judge(World world, IReadOnlyList<NamedCommand> commands, Findings findings, Schedules schedule)
    {
        (this.world, this.findings, this.schedule) = (world, findings, schedule);
        groups = [.. commands.Select(command => command.Retries).OfType<string>().Distinct()];
        Facts.Latest = Commands.Base;
        foreach (var (retries, command, result) in world.State.Remembered)
        {
            Remember(retries, new(command, result));
        }

        foreach (var document in world.Beginning.Documents)
        {
            if (document.Stream is { } stream && !InitialState.IsDue(document))
            {
                Remember("start " + stream.Key, new(Commands.Of("start r0")[0], null));
            }
        }
    }

    /// <summary>What callers know so far.</summary>
    public ReportedFacts Facts;

    public int? GroupOf(NamedCommand command) => command.Retries is { } retries ? Array.IndexOf(groups, retries) : null;

    /// <summary>A transaction that wrote nothing: its reply is that of its snapshot, and of this moment.</summary>
    public void Read(Execution execution, int? group)
    {
        Hear(execution, isOverTheLimit: false);
        Retry(execution, group);
    }

    public void Commit(Execution execution, int? group, PartitionContent before, PartitionContent after)
    {
        if (after.Malformed is { } malformed)
        {
            Report(malformed);
        }

        var active = after.Active(Facts.Latest);
        if (after.CrowdedDevice(Facts.Latest) is { } device)
        {
            Report($"TWO STREAMS OF ONE DEVICE: {device}");
        }

        if (execution.Reply is StreamReply.Admitted { Replayed: false } admitted)
        {
            // After an erase a key may be used again in the same moment.
            Facts.Renew(execution.ReportedActive);
            CheckLimit(active, LimitOf(after, execution));
            CheckLimit(after.Active(admitted.StartedAt), LimitOf(after, execution));
            Facts.NotCounted |= after.All() & ~execution.Shown;
            CheckRules((StartCommand)execution.Call.Order, after, Facts.Latest);
            CheckRules((StartCommand)execution.Call.Order, after, admitted.StartedAt);
        }

        Hear(execution, UInt128.PopCount(active) > (uint)LimitOf(after, execution));
        Retry(execution, group);
        if ((active & Facts.Stopped & ~world.ActiveButDue) != 0)
        {
            Report("LOST STOP: a stream lives after its stop was acknowledged");
        }
        else if (execution.Reply is StreamReply.Stopped { Replayed: false } && execution.Call.Order is StopAllCommand && Counts(active & ~Facts.Stopped))
        {
            Report("A STOP OF ALL leaves a stream that was acknowledged before it");
        }

        if (execution.Reply is StreamReply.Erased { Replayed: false })
        {
            Erased(after, group);
        }

        Compare(execution, before);
    }

    /// <summary>What was erased is not remembered either: its retries are new.</summary>
    private void Erased(PartitionContent after, int? group)
    {
        if ((after.HoldsARecord && Counts(after.All())) || after.OwnLimit is not null)
        {
            Report("AN ERASE leaves something");
        }

        for (var other = 0; other < groups.Length; other++)
        {
            if (other != group)
            {
                Facts.First[other] = null;
            }
        }
    }

    private void Hear(Execution execution, bool isOverTheLimit)
    {
        if (execution.Wrong is { } wrong)
        {
            Report(wrong);
        }

        var alive = execution.ReportedActive | (execution.Reply is StreamReply.Admitted ? 0 : execution.Shown);
        var back = alive & (Facts.Stopped | Facts.Over | Facts.NotCounted);
        if (back != 0 && Counts(back))
        {
            Report((back & Facts.Stopped) != 0 ? "LOST STOP: a stream is reported active after its stop was acknowledged"
                : (back & Facts.Over) != 0 ? "REVIVED: a stream is reported active after it was reported over"
                : isOverTheLimit ? "OVER THE LIMIT: a stream lives that an accepted start counted as over"
                : "REVIVED: a stream is reported active though an accepted start counted it as over");
        }

        if (execution.Reply is StreamReply.Stopped { Count: 0 } && (Facts.StoppedOnce & execution.ReportedStopped) != 0 && execution.Call.Order is StopCommand)
        {
            findings.Excuse(DocumentedException.CountOfARetriedStop);
        }

        Facts.Over |= execution.ReportedOver;
        Facts.Stopped |= execution.ReportedStopped;
        Facts.StoppedOnce |= execution.Reply is StreamReply.Stopped { Count: > 0 } ? execution.ReportedStopped : 0;
    }

    private static int LimitOf(PartitionContent content, Execution execution) =>
        content.OwnLimit ?? (execution.Call.Order as StartCommand)?.Plan.Limit ?? Commands.DefaultLimit;

    private void CheckLimit(UInt128 active, int limit)
    {
        if (UInt128.PopCount(active) > (uint)limit && Counts(active))
        {
            Report($"OVER THE LIMIT after an accepted start: {UInt128.PopCount(active)} unexpired leases, limit {limit}");
        }
    }

    /// <summary>After every admitted start all enforced rules that apply to it hold.</summary>
    private void CheckRules(StartCommand start, PartitionContent after, long moment)
    {
        foreach (var rule in start.Plan.Rules.Where(rule => rule is { Observe: false, Where: { } where } && where.All(tag => start.Tags is { } tags && tags.TryGetValue(tag.Key, out var value) && tag.Value.Contains(value))))
        {
            var counted = after.Documents.Where(document => document.Stream is { } stream && stream.IsActive(moment) && !InitialState.IsDue(document)
                && rule.Where!.All(tag => tag.Value.Any(value => stream.Tags.Contains($"{tag.Key}={value}", StringComparison.Ordinal)))).ToList();
            var number = rule.Distinct is null ? counted.Count : counted.DistinctBy(document => document.Stream!.DeviceId).Count(document => document.Stream!.DeviceId is not null);
            if (number > rule.Limit && Counts(counted.Aggregate((UInt128)0, (bits, document) => bits | document.Stream!.Bit)))
            {
                Report($"OVER THE LIMIT of the rule {rule.Name} after an accepted start: {number}, limit {rule.Limit}");
            }
        }
    }

    /// <summary>Whether a violation by these streams counts: a record that <c>ttl</c> removes though its lease runs is excused.</summary>
    private bool Counts(UInt128 streams)
    {
        if ((streams & world.ActiveButDue) != 0)
        {
            findings.Excuse(DocumentedException.ClockWrongByMoreThanTenMinutes);
            return false;
        }

        return streams != 0;
    }

    private void Retry(Execution execution, int? group)
    {
        // A start that needs another plan is not over: the limiter repeats it.
        if (group is not { } index || execution.Reply is not { } reply || reply is StreamReply.PlanNeeded)
        {
            return;
        }

        if (Facts.First[index] is not { } first)
        {
            if (execution.HasEffect)
            {
                Facts.First[index] = execution.First;
            }

            // The record of a key may be seen until it is removed, though its time to live is over.
            var isRemembered = execution.Call.Order is StartCommand start && execution.Snapshot.Record(start.Key) is not null;
            if (!isRemembered && reply is (StreamReply.KeyReused or StreamReply.Stopped { Replayed: true } or StreamReply.LimitSet { Replayed: true }))
            {
                Report("A RETRY OF NOTHING: a first attempt gets the response of a retry");
            }
        }
        else if (execution.HasEffect)
        {
            Report("TWICE: a retry takes effect again");
        }
        else if (!execution.Call.Named.IsSameOperation(first.Command))
        {
            if (reply is not StreamReply.KeyReused)
            {
                Report("A USED KEY is taken for another operation");
            }
        }
        else if (NotTheFirst(first.Reply, reply) is { } difference)
        {
            Report($"ANOTHER ANSWER: {difference}");
        }
    }

    private string? NotTheFirst(StreamReply? first, StreamReply retry)
    {
        switch (first, retry)
        {
            case (null or StreamReply.Admitted, StreamReply.Ended):
            case (null, StreamReply.Admitted { Replayed: true }):
                return null;
            case (StreamReply.Admitted one, StreamReply.Admitted { Replayed: true } two):
                if ((one.Active, one.Limit) != (two.Active, two.Limit))
                {
                    findings.Excuse(DocumentedException.NumbersInAResponse);
                }

                return one.StartedAt != two.StartedAt ? "a retried start names another moment"
                    : (one.ExpiresAt ?? long.MaxValue) > (two.ExpiresAt ?? long.MaxValue) ? "a retried start names a shorter lease"
                    : !one.Replaced.SequenceEqual(two.Replaced) ? "a retried start names other replaced streams"
                    : !(one.Observed ?? []).SequenceEqual(two.Observed ?? []) ? "a retried start observes other rules"
                    : null;
            case (StreamReply.Stopped one, StreamReply.Stopped { Replayed: true } two) when one.Count == two.Count:
            case (StreamReply.Erased erased, StreamReply.Erased { Replayed: true } repeated) when erased.Count == repeated.Count:
            case (StreamReply.LimitSet set, StreamReply.LimitSet { Replayed: true } again) when (set.Limit, set.Plan) == (again.Limit, again.Plan):
                return null;
            default:
                return $"a retry gives {retry.GetType().Name}, its first try {first?.GetType().Name ?? nameof(StreamReply.Admitted)}";
        }
    }

    /// <summary>Compares a reply with that of the same command, run alone at its commit.</summary>
    private void Compare(Execution execution, PartitionContent before)
    {
        var alone = world.Run(before, execution.Call, execution.At);
        if (execution == alone || execution.Body == alone.Body)
        {
            return;
        }

        // An erase does not see a record whose lease runs beyond its time to live, and another clock does.
        var hidden = execution.Call.Order is EraseCommand ? before.All() & world.ActiveButDue : before.Active(Facts.Latest) & world.HiddenFrom(execution);
        if (hidden != 0)
        {
            findings.Excuse(DocumentedException.ClockWrongByMoreThanTenMinutes);
            return;
        }

        switch (execution.Reply, alone.Reply)
        {
            case (StreamReply.Admitted given, StreamReply.Admitted due)
                when given.Replayed == due.Replayed && given.Limit == due.Limit && ReplacesTheSame(given, due) && given.StartedAt <= due.StartedAt:
                if (given.Active != due.Active || !(given.Observed ?? []).SequenceEqual(due.Observed ?? []))
                {
                    findings.Excuse(DocumentedException.NumbersInAResponse);
                }

                if (given.StartedAt < due.StartedAt)
                {
                    findings.Excuse(DocumentedException.MomentOfTheBegin);
                }

                break;
            case (StreamReply.Renewed given, StreamReply.Renewed due) when given.Record.Key == due.Record.Key && given.IntervalMs != due.IntervalMs:
                findings.Excuse(DocumentedException.SpeedOfASnapshot);
                break;
            case (StreamReply.Admitted given, StreamReply.Admitted due) when given.Limit == due.Limit:
                Report("NO ORDER: an accepted start ends other streams than it would alone");
                break;
            default:
                Report($"NO ORDER: {execution.Call.Named.Order!.GetType().Name} gives {execution.Reply?.GetType().Name}, alone it would be {alone.Reply?.GetType().Name ?? alone.Thrown}"
                    + (execution.Reply?.GetType() == alone.Reply?.GetType() ? " with other values" : ""));
                break;
        }
    }

    /// <summary>Alone it may run at a later moment, which a record shows: then it finds lapsed what it found active at its begin.</summary>
    private static bool ReplacesTheSame(StreamReply.Admitted given, StreamReply.Admitted due) =>
        given.Replaced.Where(stream => stream.ExpiresAt is null || stream.ExpiresAt > due.StartedAt)
            .SequenceEqual(due.Replaced);

    private void Remember(string retries, FirstResult first)
    {
        if (Array.IndexOf(groups, retries) is >= 0 and var group)
        {
            Facts.First[group] = first;
        }
    }

    private void Report(string what) => findings.Report(what, schedule.Size, schedule.Story);

    /// <summary>What callers know; copied at each step of a search.</summary>
    public struct ReportedFacts
    {
        /// <summary>Drops what callers have learned of streams that have just started.</summary>
        public void Renew(UInt128 streams)
        {
            Stopped &= ~streams;
            StoppedOnce &= ~streams;
            Over &= ~streams;
            NotCounted &= ~streams;
        }

        /// <summary>The latest moment that any clock has shown.</summary>
        public long Latest;

        /// <summary>The streams whose stop was acknowledged.</summary>
        public UInt128 Stopped;

        /// <summary>Those that a stop counted.</summary>
        public UInt128 StoppedOnce;

        /// <summary>The streams that were reported over.</summary>
        public UInt128 Over;

        /// <summary>The streams that an accepted start counted as over.</summary>
        public UInt128 NotCounted;

        /// <summary>The first try of each operation that took effect.</summary>
        public FirstResults First;
    }

    [InlineArray(4)]
    public struct FirstResults
    {
        private FirstResult? first;
    }
}
