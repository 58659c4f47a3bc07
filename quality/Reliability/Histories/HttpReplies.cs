using System.Globalization;
using StreamChecker.Reliability.Workloads;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Histories;

/// <summary>How a caller over HTTP sees the procedure's replies: the expected side of what <see cref="HttpResponses"/> reads.</summary>
internal static class HttpReplies
{
    private const string KeyReused = "422 idempotency-key-reused";

    /// <summary>To a start. Whether a replay says so is left out where the service may have retried by itself.</summary>
    public static string Start(StartCommand start, StreamReply reply, bool saysReplayed) => reply switch
    {
        StreamReply.Admitted admitted => Admitted(
            View(new(start.Key, admitted.StartedAt, start.StreamId, start.DeviceName, admitted.ExpiresAt)), admitted.Limit, admitted.Active,
            admitted.Replaced.Select(replaced => Replaced(Name(replaced), replaced.SameDevice)), saysReplayed && admitted.Replayed),
        StreamReply.LimitReached rejection => Rejected(rejection.Violations[0].Limit, rejection.Violations[0].Streams.Select(View), WholeSeconds(rejection.RetryAfterMs)),
        StreamReply.KeyReused => KeyReused,
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

    public static string NoContent(StreamReply reply, bool saysReplayed) => reply switch
    {
        StreamReply.Stopped => NoContent(replayed: false),
        StreamReply.LimitSet set => NoContent(saysReplayed && set.Replayed),
        StreamReply.KeyReused => KeyReused,
        _ => reply.ToString(),
    };

    public static string StopAll(StreamReply reply, bool saysReplayed) => reply switch
    {
        StreamReply.Stopped stopped => Stopped(stopped.Count, saysReplayed && stopped.Replayed),
        StreamReply.KeyReused => KeyReused,
        _ => reply.ToString(),
    };

    public static string List(StreamReply reply) =>
        reply is StreamReply.Listed listed ? Listed(listed.Limit ?? StreamWorkload.DefaultLimit, listed.Streams.Select(View)) : reply.ToString();

    public static string Limit(StreamReply reply, bool saysReplayed) => reply switch
    {
        StreamReply.Listed listed => Limit(listed.Limit ?? StreamWorkload.DefaultLimit, listed.Limit is null, replayed: false),
        StreamReply.LimitSet set => Limit(set.Limit ?? StreamWorkload.DefaultLimit, set.Limit is null, saysReplayed && set.Replayed),
        StreamReply.KeyReused => KeyReused,
        _ => reply.ToString(),
    };

    public static string Admitted(string record, int limit, int active, IEnumerable<string> replaced, bool replayed) =>
        Text($"201 {record} limit {limit} active {active} replaced [{string.Join(", ", replaced)}]{Mark(replayed)}");

    public static string Rejected(int limit, IEnumerable<string> streams, long? retryAfter) =>
        Text($"403 limit {limit} [{string.Join(", ", streams)}] retry {retryAfter}");

    public static string Ended(int status, StreamEndReason reason, string? by) => Text($"{status} {reason} by {by}");

    public static string NoContent(bool replayed) => $"204{Mark(replayed)}";

    public static string Stopped(int count, bool replayed) => Text($"200 stopped {count}{Mark(replayed)}");

    public static string Listed(int limit, IEnumerable<string> streams) => Text($"200 limit {limit} [{string.Join(", ", streams)}]");

    public static string Limit(int limit, bool isDefault, bool replayed) => Text($"200 limit {limit}{(isDefault ? " by default" : "")}{Mark(replayed)}");

    public static string View(string name, long? expiresAt) => Text($"{name} to {expiresAt}");

    public static string Name(string key, long startedAt, string streamId, string? deviceName) => Text($"{key} from {startedAt} {streamId} {deviceName}");

    public static string Replaced(string name, bool sameDevice) => sameDevice ? name + " on the same device" : name;

    private static string Ended(int status, StreamReply.Ended ended) =>
        Ended(status, ended.Reason, ended.By is { } by ? Replaced(Name(by), ended.SameDevice) : null);

    private static string View(RecordView view) => View(Name(view), view.ExpiresAt);

    private static string Name(RecordReference stream) => Name(stream.Key, stream.StartedAt, stream.StreamId, stream.DeviceName);

    private static string Mark(bool replayed) => replayed ? " replayed" : "";

    private static long? WholeSeconds(long? milliseconds) => milliseconds is { } wait ? Math.Max(1, (long)Math.Ceiling(wait / 1000.0)) : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
