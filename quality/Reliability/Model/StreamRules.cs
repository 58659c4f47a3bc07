using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Model;

/// <summary>
/// The rules of the design, written once more, as a pure function: a partition, a command and a moment make a reply and
/// another partition. The moments of one partition's commands may go back: clocks differ, and are set.
/// </summary>
internal static class StreamRules
{
    /// <summary>For how long an ended record is remembered, and a lapsed one.</summary>
    public const int RememberedSeconds = 600;

    /// <summary>For how long a start keeps every ended record, however many there are.</summary>
    public const long RememberedAllMilliseconds = 60_000;

    /// <summary>How many ended records a start keeps however old they are, and how many operations are remembered.</summary>
    public const int RememberedLast = 8;

    /// <summary>How many ended streams of a user are remembered at most.</summary>
    public const int RememberedMost = 32;

    /// <summary>Applies a command.</summary>
    /// <param name="before">The partition.</param>
    /// <param name="command">The command.</param>
    /// <param name="clock">What the database's clock shows when the command reads.</param>
    /// <param name="written">What it shows when the command writes; null for the same.</param>
    public static (ModelPartition After, StreamReply Reply) Apply(ModelPartition before, StreamCommand command, long clock, long? written = null)
    {
        var transaction = new Transaction(before, clock, (written ?? clock) / 1000);
        var reply = transaction.Run(command);
        return (transaction.Partition, reply);
    }

    /// <summary>When a heartbeat is due: one more that is lost must not cost the stream.</summary>
    public static double DueAfter(long leaseMs, long intervalMs) => Math.Min(intervalMs / 2.0, leaseMs - (2 * intervalMs));

    private static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    private sealed class Transaction(ModelPartition partition, long moment, long second)
    {
        private readonly List<ModelRecord> seen = [.. partition.Records.Values.Where(record => !(record.GoneAt <= moment))];
        private readonly long clock = moment;
        private long now = moment;

        public ModelPartition Partition { get; private set; } = partition;

        public StreamReply Run(StreamCommand command) => command switch
        {
            StartCommand start => Start(start),
            RenewCommand renew => Renew(Meant(renew.Key, renew.StartedAt), renew),
            StopCommand stop => Stop(Meant(stop.Key, stop.StartedAt)),
            StopAllCommand stopAll => StopAll(stopAll),
            ListCommand => List(),
            SetLimitCommand set => SetLimit(set),
            ExportCommand => Export(),
            EraseCommand erase => Erase(erase),
            ForgetCommand forget => Forget(forget),
            _ => throw new ArgumentException($"The model does not know {command}.", nameof(command)),
        };

        private StreamReply Start(StartCommand start)
        {
            var active = ReadAll();
            if (!start.PlanIsNamed && start.Plan.Name != (Partition.User?.Plan ?? "default"))
            {
                return new StreamReply.PlanNeeded(Partition.User?.Plan);
            }

            var rules = new PlanRules(start, Partition.User?.Limit);
            if (seen.Find(record => record.Key == start.Key) is { } known)
            {
                return Retry(known, start, rules.Limit, active.Count);
            }

            var orders = start.Replace ?? [];
            if (orders.Any(order => order.UserId != start.UserId))
            {
                return new StreamReply.ForeignReplacement();
            }

            if (rules.Missing is { } missing)
            {
                return new StreamReply.ValueRequired(missing);
            }

            // What is named or on the same device goes; what else must go, the rules say.
            var named = active.FindAll(record => orders.Any(order => order.Key == record.Key && order.StartedAt == record.StartedAt));
            var ofDevice = start.DeviceId is { } device ? active.FindAll(record => record.DeviceId == device) : [];
            var others = active.FindAll(record => !named.Contains(record) && (start.CountSameDevice || !ofDevice.Contains(record)));
            var stay = rules.Stay(others);
            if (rules.Violated(stay) is { Count: > 0 } violated)
            {
                return Rejection(start, violated, active);
            }

            var fills = rules.AreAtLimit(stay);
            var (leaseMs, intervalMs) = start.Relaxed is { } relaxed && !fills ? (relaxed.LeaseMs, relaxed.IntervalMs) : (start.LeaseMs, start.Relaxed is null ? null : (long?)start.IntervalMs);
            var observed = rules.Observed(stay) is { Length: > 0 } some ? some : null;
            var stream = new ModelRecord(
                start.Key, start.StreamId, start.DeviceName, start.DeviceId, start.CountSameDevice, start.Tags, start.PlanIsNamed ? start.Plan.Name : null, observed,
                now, Lapse(leaseMs), leaseMs, intervalMs, null, Kept(leaseMs), second);
            Forget();
            WriteOffLapses();
            var replaced = active.FindAll(record => !stay.Contains(record))
                .ConvertAll(record => End(record, new(StreamEndReason.Replaced, now, stream.Reference, ofDevice.Contains(record))));
            // Law 3: that they are alive is why another one ended.
            var causes = rules.Violated(others);
            stay.FindAll(record => causes.Exists(rule => rules.Counts(rule, record))).ForEach(Write);

            Write(stream);
            Partition = Partition.With((Partition.User ?? ModelUser.New) with { AtLimit = start.Relaxed is null ? null : fills, ErasedBy = null });
            return new StreamReply.Admitted(false, now, stream.ExpiresAt, rules.Limit, stay.Count + 1, ViewsOfReplaced(replaced), stream.IntervalMs, observed);
        }

        private StreamReply Retry(ModelRecord known, StartCommand start, int limit, int active)
        {
            var isSame = (known.StreamId, known.DeviceName, known.DeviceId, known.CountSameDevice) == (start.StreamId, start.DeviceName, start.DeviceId, start.CountSameDevice)
                && known.Plan == (start.PlanIsNamed ? start.Plan.Name : null)
                && (known.Tags ?? NoTags).ToHashSet().SetEquals(start.Tags ?? NoTags);
            if (!isSame)
            {
                return new StreamReply.KeyReused();
            }

            var replaced = seen.Where(record => record.Ending?.By?.Key == known.Key).OrderBy(record => record.StartedAt).ThenBy(record => record.Key, StringComparer.Ordinal);
            return known.IsActive(now)
                ? new StreamReply.Admitted(true, known.StartedAt, known.ExpiresAt, limit, active, ViewsOfReplaced(replaced), known.IntervalMs, known.Observed)
                : Over(known);
        }

        private StreamReply.LimitReached Rejection(StartCommand start, List<PlanRule> violated, List<ModelRecord> active)
        {
            // Nothing happens but that leases lapse: when is there room for the first time?
            var rules = new PlanRules(start, Partition.User?.Limit);
            var lapses = active.Select(record => record.ExpiresAt).OfType<long>().Order();
            var room = lapses.Cast<long?>().FirstOrDefault(
                lapse => !rules.Violated(active.FindAll(record => record.IsActive(lapse!.Value))).Exists(violated.Contains));
            return new(active.Count, [.. violated.Select(rule => rules.ViewOf(rule, active))], room - clock);
        }

        private StreamReply Renew(ModelRecord? record, RenewCommand renew)
        {
            if (record?.IsActive(now) is not true)
            {
                return Over(record);
            }

            // Who is not known to have room is at the limit.
            var (leaseMs, intervalMs) = renew.Relaxed is { } relaxed && Partition.User?.AtLimit is false ? (relaxed.LeaseMs, relaxed.IntervalMs) : (renew.LeaseMs, renew.IntervalMs);
            var stored = renew.Relaxed is null || leaseMs == 0 ? null : (long?)intervalMs;
            var another = record.LeaseMs != leaseMs || record.IntervalMs != stored;
            var age = Math.Max(now - record.RenewedAt, clock - (record.WrittenSecond * 1000));
            if (!another && (leaseMs == 0 || age < DueAfter(leaseMs, intervalMs)))
            {
                return new StreamReply.Renewed(false, record.View, record.IntervalMs);
            }

            // Who beats slowly, and may not get this response, keeps the lease that they have.
            var lapse = record.IntervalMs > intervalMs && leaseMs > 0 && record.ExpiresAt > now + leaseMs ? record.ExpiresAt : Lapse(leaseMs);
            var lasts = lapse - now ?? 0;
            var renewed = record with { ExpiresAt = lapse, LeaseMs = lasts, IntervalMs = stored, KeptSeconds = Kept(lasts) };
            Write(renewed);
            return new StreamReply.Renewed(true, renewed.View, renewed.IntervalMs);
        }

        private StreamReply.Stopped Stop(ModelRecord? record)
        {
            if (record?.IsActive(now) is not true)
            {
                Over(record);
                return new(0);
            }

            End(record, new(StreamEndReason.Stopped, now));
            return new(1);
        }

        private StreamReply StopAll(StopAllCommand stopAll)
        {
            var active = ReadAll();
            if (Repeat(stopAll.OperationId, first => first is StreamReply.Stopped) is { } repeat)
            {
                return repeat;
            }

            var reply = new StreamReply.Stopped(active.Count);
            var isNothing = active.Count == 0 && !seen.Exists(record => record.IsUnwrittenLapse(now));
            active.ForEach(record => End(record, new(StreamEndReason.Stopped, now)));
            WriteOffLapses();
            if (!isNothing)
            {
                Remember(Partition.User ?? ModelUser.New, stopAll.OperationId, reply);
            }

            return reply;
        }

        private StreamReply.Listed List()
        {
            var active = ReadAll();
            return new(Partition.User?.Limit, Views(active), Partition.User?.Plan);
        }

        private StreamReply SetLimit(SetLimitCommand set)
        {
            if (Repeat(set.OperationId, first => first is StreamReply.LimitSet done && done.Change == set.Change) is { } repeat)
            {
                return repeat;
            }

            var limit = set.Change.Limit is { } newLimit ? newLimit.To : Partition.User?.Limit;
            var plan = set.Change.Plan is { } newPlan ? newPlan.To : Partition.User?.Plan;
            var reply = new StreamReply.LimitSet(limit, plan, set.Change);
            if (limit is not null || plan is not null || Partition.User is not null)
            {
                Remember((Partition.User ?? ModelUser.New) with { Limit = limit, Plan = plan, AtLimit = null }, set.OperationId, reply);
            }

            return reply;
        }

        private StreamReply.Exported Export()
        {
            ReadAll();
            return new(
                Partition.User?.Limit,
                [.. Partition.User?.Operations.Select(operation => new HeldOperation(operation.Id, operation.Result)) ?? []],
                [.. seen.OrderBy(record => record.StartedAt).ThenBy(record => record.Key, StringComparer.Ordinal).Select(record => record.Held)],
                Partition.User?.Plan);
        }

        private StreamReply Erase(EraseCommand erase)
        {
            ReadAll();
            if (Repeat(erase.OperationId, first => first is StreamReply.Erased) is { } repeat)
            {
                return repeat;
            }

            var reply = new StreamReply.Erased(seen.Count);
            seen.ForEach(record => Partition = Partition.Without(record));
            if (Partition.User is not null)
            {
                Partition = Partition.With(new ModelUser(null, [new(erase.OperationId, reply)], ErasedBy: erase.OperationId));
            }

            return reply;
        }

        private StreamReply.Forgotten Forget(ForgetCommand forget)
        {
            if (Partition.User?.ErasedBy == forget.OperationId)
            {
                Partition = Partition.With(user: null);
            }

            return new();
        }

        /// <summary>The first result of an operation that is remembered; null for a new one.</summary>
        private StreamReply? Repeat(string id, Predicate<StreamReply> isTheSame) =>
            Partition.User?.Operations.Find(operation => operation.Id == id) is not { } earlier ? null
            : !isTheSame(earlier.Result) ? new StreamReply.KeyReused()
            : earlier.Result switch
            {
                StreamReply.Stopped stopped => stopped with { Replayed = true },
                StreamReply.LimitSet set => set with { Replayed = true },
                StreamReply.Erased erased => erased with { Replayed = true },
                var other => throw new InvalidOperationException($"{other} is no operation's result."),
            };

        private void Remember(ModelUser user, string id, StreamReply result) => Partition = Partition.With(
            user with { Operations = [.. user.Operations.Add(new(id, result)).TakeLast(RememberedLast)], ErasedBy = null });

        /// <summary>Reads all records, whose times the clock must not contradict, and returns the active ones, oldest first.</summary>
        private List<ModelRecord> ReadAll()
        {
            now = seen.Select(record => record.Latest).Append(now).Max();
            return [.. seen.Where(record => record.IsActive(now)).OrderBy(record => record.StartedAt).ThenBy(record => record.Key, StringComparer.Ordinal)];
        }

        /// <summary>Reads one record. A key that was used again after it was forgotten is another stream.</summary>
        private ModelRecord? Meant(string key, long startedAt)
        {
            var record = seen.Find(one => one.Key == key && one.StartedAt == startedAt);
            now = Math.Max(now, record?.Latest ?? now);
            return record;
        }

        /// <summary>Reports how a stream ended. Law 3: what is reported over is written as over.</summary>
        private StreamReply.Ended Over(ModelRecord? record)
        {
            var ending = record switch
            {
                null => new ModelEnding(StreamEndReason.Unknown, 0),
                { Ending: { } written } => written,
                _ => WriteOff(record),
            };
            return new(ending.Reason, ending.By, ending.SameDevice);
        }

        private void WriteOffLapses() => seen.FindAll(record => record.IsUnwrittenLapse(now)).ForEach(record => WriteOff(record));

        /// <summary>Its time to live goes on.</summary>
        private ModelEnding WriteOff(ModelRecord record)
        {
            var ending = new ModelEnding(StreamEndReason.Expired, record.ExpiresAt!.Value);
            Write(record with { Ending = ending, KeptSeconds = (int)Math.Max(1, record.WrittenSecond + record.KeptSeconds!.Value - (clock / 1000)) });
            return ending;
        }

        private ModelRecord End(ModelRecord record, ModelEnding ending)
        {
            var ended = record with { Ending = ending, KeptSeconds = RememberedSeconds };
            Write(ended);
            return ended;
        }

        /// <summary>Deletes the ended records that no retry asks for.</summary>
        private void Forget()
        {
            var ended = seen.Where(record => record.Ending is not null).OrderByDescending(record => record.Ending!.At).ToList();
            var tooMany = ended.Skip(RememberedMost);
            var tooOld = ended.Skip(RememberedLast).Where(record => now > record.Ending!.At + RememberedAllMilliseconds);
            foreach (var old in tooMany.Union(tooOld))
            {
                Partition = Partition.Without(old);
            }
        }

        private void Write(ModelRecord record) => Partition = Partition.With(record with { WrittenSecond = second });

        private long? Lapse(long leaseMs) => leaseMs == 0 ? null : now + leaseMs;

        private static int? Kept(long leaseMs) => leaseMs == 0 ? null : (int)Math.Ceiling(leaseMs / 1000.0) + RememberedSeconds;

        private static ReplacedView[] ViewsOfReplaced(IEnumerable<ModelRecord> records) => [.. records.Select(record => record.ViewOfReplaced)];

        private static RecordView[] Views(IEnumerable<ModelRecord> records) => [.. records.Select(record => record.View)];
    }
}
