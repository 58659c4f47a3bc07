using System.Globalization;
using StreamChecker.Partitions;

namespace StreamChecker.Tests.Reliability.Histories;

/// <summary>How a caller over HTTP sees the procedure's replies: the expected side of what <see cref="HttpAnswers"/> reads.</summary>
internal static class HttpReplies
{
    public const string NoContent = "204";

    /// <summary>To a start. Whether a replay says so is left out where the service may have retried by itself.</summary>
    public static string Start(StartCommand start, StreamReply reply, bool saysReplayed) => reply switch
    {
        StreamReply.Admitted admitted => Admitted(
            View(new(admitted.Slot, start.RecordId, start.StreamId, start.DeviceName, admitted.StartedAt, admitted.ExpiresAt)), admitted.Limit, admitted.Active, admitted.Replaced.Select(Name), saysReplayed && admitted.Replayed),
        StreamReply.LimitReached refusal => Refused(refusal.Limit, refusal.Streams.Select(View), WholeSeconds(refusal.RetryAfterMs)),
        StreamReply.KeyReused => "422 idempotency-key-reused",
        StreamReply.ForeignReplacement => "422 foreign-replacement",
        StreamReply.Ended ended => Ended(409, ended),
        _ => reply.ToString(),
    };

    public static string Heartbeat(StreamReply reply) => reply switch
    {
        StreamReply.Renewed renewed => $"200 {View(renewed.Record)}",
        StreamReply.Ended ended => Ended(410, ended),
        _ => reply.ToString(),
    };

    public static string Nothing(StreamReply reply) => reply is StreamReply.Stopped or StreamReply.LimitSet ? NoContent : reply.ToString();

    public static string StopAll(StreamReply reply) => reply is StreamReply.Stopped stopped ? Stopped(stopped.Count) : reply.ToString();

    public static string List(StreamReply reply) =>
        reply is StreamReply.Listed listed ? Listed(listed.Limit, listed.Streams.Select(View)) : reply.ToString();

    public static string Limit(StreamReply reply) => reply switch
    {
        StreamReply.Listed listed => Limit(listed.Limit, listed.IsDefault),
        StreamReply.LimitSet set => Limit(set.Limit, set.IsDefault),
        _ => reply.ToString(),
    };

    public static string Admitted(string record, int limit, int active, IEnumerable<string> replaced, bool replayed) =>
        Text($"201 {record} limit {limit} active {active} replaced [{string.Join(", ", replaced)}]{(replayed ? " replayed" : "")}");

    public static string Refused(int limit, IEnumerable<string> streams, long? retryAfter) =>
        Text($"403 limit {limit} [{string.Join(", ", streams)}] retry {retryAfter}");

    public static string Ended(int status, StreamEndReason reason, string? by) => Text($"{status} {reason} by {by}");

    public static string Stopped(int count) => Text($"200 stopped {count}");

    public static string Listed(int limit, IEnumerable<string> streams) => Text($"200 limit {limit} [{string.Join(", ", streams)}]");

    public static string Limit(int limit, bool isDefault) => Text($"200 limit {limit}{(isDefault ? " by default" : "")}");

    public static string View(string name, long startedAt, long? expiresAt) => Text($"{name} from {startedAt} to {expiresAt}");

    public static string Name(int slot, string recordId, string streamId, string? deviceName) => Text($"{slot}.{recordId} {streamId} {deviceName}");

    private static string Ended(int status, StreamReply.Ended ended) =>
        Ended(status, ended.Reason, ended.By is { } by ? Name(by.Slot, by.RecordId, by.StreamId, by.DeviceName) : null);

    private static string View(SlotView view) => View(Name(view), view.StartedAt, view.ExpiresAt);

    private static string Name(SlotView view) => Name(view.Slot, view.RecordId, view.StreamId, view.DeviceName);

    private static long? WholeSeconds(long? milliseconds) => milliseconds is { } wait ? Math.Max(1, (long)Math.Ceiling(wait / 1000.0)) : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
