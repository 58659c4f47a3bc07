using StreamChecker.Reliability.Procedures;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>What a command may write and return, regardless of concurrent commands: by the documents of its snapshot, before and after.</summary>
internal static class EffectRules
{
    /// <summary>Says what is wrong; null where all is well.</summary>
    public static string? Broken(
        StreamCommand command, Document[] seen, long at, ScriptRun run, DocumentWrite[] writes, StreamReply? reply)
    {
        if (run.Thrown is { } thrown)
        {
            return thrown.StartsWith("streams conflict", StringComparison.Ordinal) || thrown.StartsWith("streams busy", StringComparison.Ordinal)
                ? "STUCK: a conflict with nothing"
                : "A BUG: " + thrown;
        }

        if (writes.Select(write => write.Id).Distinct().Count() < writes.Length)
        {
            return "A DOCUMENT WRITTEN TWICE in one transaction";
        }

        // Time never goes back in a partition: it is the newest that a transaction reads.
        var read = command switch
        {
            RenewCommand renew => seen.Where(document => document.Stream?.Key == renew.Key),
            StopCommand stop => seen.Where(document => document.Stream?.Key == stop.Key),
            _ => seen,
        };
        var latest = read.Max(document => document.Stream?.NewestTime) is { } newest ? Math.Max(newest, at) : at;
        return writes.Select(write => Broken(command, write, seen, latest)).FirstOrDefault(wrong => wrong is not null) ?? Broken(command, seen, writes, latest, reply);
    }

    private static string? Broken(StreamCommand command, DocumentWrite write, Document[] seen, long latest)
    {
        var (before, after) = (write.Before?.Stream, write.After?.Stream);
        if (before is not null && after is not null && before.IsSame(after))
        {
            return Changed(command, before, after, latest);
        }

        if (after is not null)
        {
            return command is not StartCommand start || after.Key != start.Key ? "A RECORD OUT OF NOTHING"
                : after.StartedAt < latest ? "TIME GOES BACK: a start is earlier than a record that it read"
                : before is not null && before.Key == after.Key && !InitialState.IsDue(write.Before!) ? "ONE KEY: a start overwrites a record that is remembered"
                : before is not null && before.IsActive(latest) && !InitialState.IsDue(write.Before!) ? "OVERWRITTEN: a start takes an active stream's document"
                : null;
        }

        return before is null ? command is ForgetCommand && write.Before?.Limit is not null ? "FORGOTTEN: a limit" : null
            : command is EraseCommand ? null
            : before.Ended is null ? "FORGOTTEN: a record that is not over is removed"
            : latest - before.EndedAt <= 60_000 ? "FORGOTTEN: a record that ended less than a minute ago is removed"
            : seen.Count(document => document.Stream is { Ended: not null } other && other.EndedAt >= before.EndedAt) <= 8 ? "FORGOTTEN: one of the last eight that ended is removed"
            : null;
    }

    private static string? Changed(StreamCommand command, StreamFacts before, StreamFacts after, long latest)
    {
        if (before.Ended is not null)
        {
            return after.Ended is null ? "REVIVED: an ended record lives"
                : before != after ? "ENDED TWICE"
                : null;
        }

        var isNamed = command switch
        {
            RenewCommand renew => (renew.Key, renew.StartedAt) == (before.Key, before.StartedAt),
            StopCommand stop => (stop.Key, stop.StartedAt) == (before.Key, before.StartedAt),
            StartCommand start => start.ReplaceOldest || start.Plan.Rules.Any(rule => rule.OnLimit == OnLimit.ReplaceOldest) || start.Replace is [var named] && (named.Key, named.StartedAt) == (before.Key, before.StartedAt)
                || start is { DeviceId: { } device, CountSameDevice: false } && device == before.DeviceId,
            _ => true,
        };
        return after.Ended switch
        {
            "expired" when before.ExpiresAt > latest => "EXPIRED BEFORE ITS TIME",
            "expired" when command is RenewCommand or StopCommand && !isNamed => "ANOTHER STREAM is written",
            "expired" => null,
            "stopped" when command is not (StopCommand or StopAllCommand) || !isNamed => "ANOTHER STREAM is stopped",
            "replaced" when command is not StartCommand || !isNamed => "ANOTHER STREAM is replaced",
            { } when after.EndedAt < before.NewestTime => "TIME GOES BACK: a stream ends before its last sign of life",
            { } => null,
            null when before == after => null,
            null when command is not RenewCommand || !isNamed => "ANOTHER STREAM is renewed",
            null when before.ExpiresAt <= latest => "REVIVED: a lapsed lease is renewed",
            null when after.ExpiresAt < before.ExpiresAt && before.IntervalMs > (after.IntervalMs ?? Commands.IntervalMs) => "CUT SHORT: a stream whose player last received a longer interval",
            null when after.RenewedAt < before.RenewedAt => "TIME GOES BACK: a lease begins before the one that it renews",
            null => null,
        };
    }

    private static string? Broken(StreamCommand command, Document[] seen, DocumentWrite[] writes, long latest, StreamReply? reply) => (command, reply) switch
    {
        (_, null) => "NO REPLY",
        (_, StreamReply.Renewed renewed) when renewed.Written
            != writes.Any(write => write.After?.Stream is { } stream && stream.ExpiresAt == (renewed.Record.ExpiresAt ?? long.MaxValue)) => "NOT WRITTEN: a lease that is reported",
        (RenewCommand renew, StreamReply.Renewed renewed) when renewed.IntervalMs != Stored(renew, seen, writes)?.IntervalMs => "NOT WRITTEN: an interval that is reported",
        (RenewCommand { Relaxed: not null } renew, StreamReply.Renewed renewed) when Speed(renew.Relaxed, renew.IntervalMs, seen.FirstOrDefault(document => document.IsUser)?.AtLimit is false, renewed.IntervalMs) is { } wrong => wrong,
        (StartCommand { Relaxed: { } relaxed } start, StreamReply.Admitted { Replayed: false } admitted) when Speed(relaxed, start.IntervalMs, admitted.Active < admitted.Limit, admitted.IntervalMs) is { } wrong => wrong,
        (StartCommand { Relaxed: not null }, StreamReply.Admitted { Replayed: false } admitted) when writes.FirstOrDefault(write => write.After is { IsUser: true })?.After!.AtLimit != admitted.Active >= admitted.Limit => "NOT WRITTEN: whether the user is at the limit",
        (StartCommand start, StreamReply.Admitted { Replayed: false } admitted) when !writes.Any(write => write.After?.Stream is { } stream
            && (stream.Key, stream.StartedAt, stream.ExpiresAt) == (start.Key, admitted.StartedAt, admitted.ExpiresAt ?? long.MaxValue)) => "NOT WRITTEN: a stream that is reported",
        (_, StreamReply.Admitted { Replayed: false } admitted) when Ending("replaced", writes) != admitted.Replaced.Count => "NOT WRITTEN: a replacement that is reported",
        (StartCommand start, StreamReply.Admitted { Replayed: false } admitted) when admitted.Replaced.Any(replaced => replaced.SameDevice
            != (start.DeviceId is not null && writes.Any(write => write.After?.Stream is { } stream && stream.Key == replaced.Key && stream.DeviceId == start.DeviceId)))
            => "ANOTHER DEVICE is reported",
        (EraseCommand, StreamReply.Erased { Replayed: false } erased) when writes.Count(write => write.Before?.Stream is not null && write.After is null) != erased.Count
            => "NOT WRITTEN: an erase that is reported",
        (_, StreamReply.Stopped { Replayed: false } stopped) when Ending("stopped", writes) != stopped.Count => "NOT WRITTEN: a stop that is reported",
        (SetLimitCommand, StreamReply.LimitSet { Replayed: false } set) when writes.Any(write => write.After is { IsUser: true } user && (user.Limit, user.Plan) != (set.Limit, set.Plan))
            => "NOT WRITTEN: a limit or plan that is reported",
        (RenewCommand renew, StreamReply.Renewed renewed) when (renewed.Record.Key, renewed.Record.StartedAt) != (renew.Key, renew.StartedAt)
            => "ANOTHER STREAM is reported active",
        (RenewCommand, StreamReply.Renewed { Record.ExpiresAt: { } until }) when until <= latest => "A LEASE THAT HAS LAPSED is reported",
        (StartCommand, StreamReply.Admitted { Replayed: false, Active: var active, Limit: var limit }) when active > limit => "OVER THE LIMIT by its own count",
        (StartCommand, StreamReply.LimitReached rejection) when rejection.Violations.Any(violation => violation.Active < violation.Limit) => "REJECTED below the limit",
        (StartCommand { PlanIsNamed: false } start, StreamReply.Admitted) when start.Plan.Name != (seen.FirstOrDefault(document => document.IsUser)?.Plan ?? Plan.Default) => "ANOTHER PLAN than the user's",
        _ => null,
    };

    private static StreamFacts? Stored(RenewCommand renew, Document[] seen, DocumentWrite[] writes) =>
        writes.FirstOrDefault(write => write.After?.Stream?.Key == renew.Key)?.After!.Stream ?? seen.FirstOrDefault(document => document.Stream?.Key == renew.Key)?.Stream;

    private static string? Speed(RelaxedSpeed relaxed, long strictMs, bool hasRoom, long? reportedMs) =>
        reportedMs == (hasRoom ? relaxed.IntervalMs : strictMs) ? null
        : hasRoom ? "TOO STRICT: a user with room gets the interval of one at the limit"
        : "TOO RELAXED: a user at the limit gets the interval of one with room";

    private static int Ending(string reason, DocumentWrite[] writes) =>
        writes.Count(write => write.Before?.Stream is { Ended: null } && write.After?.Stream?.Ended == reason);
}
