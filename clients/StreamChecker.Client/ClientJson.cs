using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamChecker.Client;

internal sealed record StartBody(
    string UserId,
    string StreamId,
    string? DeviceName,
    string? DeviceId,
    string? SameDevice,
    IReadOnlyDictionary<string, string>? Tags,
    string? Plan,
    string? OnLimit,
    IReadOnlyList<string>? Replace)
{
    public static StartBody From(StreamStart start) => new(
        start.UserId,
        start.StreamId,
        start.DeviceName,
        start.DeviceId,
        start.CountSameDevice ? "count" : null,
        start.Tags.Count > 0 ? start.Tags : null,
        start.Plan,
        start.ReplaceOldest ? "replaceOldest" : null,
        start.Replace.Count > 0 ? start.Replace : null);
}

internal sealed record StartedBody(
    string Id,
    string UserId,
    string StreamId,
    string? DeviceName,
    DateTimeOffset StartedAt,
    DateTimeOffset? ExpiresAt,
    int? HeartbeatIntervalSeconds,
    int Limit,
    int Active,
    IReadOnlyList<ReplacedStream> Replaced,
    IReadOnlyList<string>? Observed,
    PlayerLink? Player,
    PlaybackToken? Playback)
{
    public StreamRecord Stream() => new(Id, UserId, StreamId, DeviceName, StartedAt, ExpiresAt, Seconds.Of(HeartbeatIntervalSeconds)) { Playback = Playback };
}

internal sealed record HeartbeatsBody(IReadOnlyList<string> Ids);

internal sealed record HeartbeatResultsBody(IReadOnlyList<HeartbeatBody> Results);

internal sealed record HeartbeatBody(
    string Id,
    int Status,
    DateTimeOffset? ExpiresAt,
    int? HeartbeatIntervalSeconds,
    string? Reason,
    StreamReference? ReplacedBy,
    bool? SameDevice,
    PlaybackToken? Playback);

internal sealed record LimitBody(int MaxConcurrentStreams);

internal sealed record PlanBody([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Plan);

internal sealed record LimitLineBody(
    string UserId, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? MaxConcurrentStreams, string? Plan, string IdempotencyKey);

internal sealed record LimitLineResultBody(
    int Line, int Status, int? MaxConcurrentStreams, bool? IsDefault, string? Plan, bool? Replayed, string? Type, string? Detail, string? Field, string? TraceId)
{
    public LimitChangeResult Of(LimitChange change) => (HttpStatusCode)Status switch
    {
        HttpStatusCode.OK => new LimitChangeResult.Changed(change, new(change.UserId, MaxConcurrentStreams ?? 0, IsDefault == true, Plan ?? ""), Replayed == true),
        HttpStatusCode.ServiceUnavailable => new LimitChangeResult.Unavailable(change, Detail ?? "The service had no time left for this change."),
        _ => new LimitChangeResult.Failed(change, new((HttpStatusCode)Status, ProblemBody.Of(Type, Detail, Field, TraceId))),
    };
}

internal sealed record StoppedBody(int Stopped);

/// <summary>A problem document (RFC 9457), with the members of all problem types.</summary>
internal sealed record ProblemBody(
    string? Type,
    string Title,
    string? Detail,
    string? Field,
    string? TraceId,
    int Limit,
    int Active,
    IReadOnlyList<ActiveStream> Streams,
    IReadOnlyList<RuleViolation>? Violations,
    string? Reason,
    StreamReference? ReplacedBy,
    bool? SameDevice)
{
    public static ProblemBody Of(HttpResponseMessage response) =>
        new(null, response.ReasonPhrase ?? "No problem document", null, null, null, 0, 0, [], null, null, null, null);

    public static ProblemBody Of(string? type, string? detail, string? field, string? traceId) =>
        new(type, type ?? "No problem type", detail, field, traceId, 0, 0, [], null, null, null, null);

    public StreamEnding Ending() => new(Reason ?? "unknown", ReplacedBy, SameDevice == true);
}

internal static class ProblemTypes
{
    public const string StreamLimitReached = "/problems/stream-limit-reached";
    public const string StreamEnded = "/problems/stream-ended";
    public const string StoreUnavailable = "/problems/store-unavailable";
    public const string OutcomeUnknown = "/problems/outcome-unknown";
}

internal static class Seconds
{
    public static TimeSpan? Of(int? seconds) => seconds is { } some ? TimeSpan.FromSeconds(some) : null;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StartBody))]
[JsonSerializable(typeof(StartedBody))]
[JsonSerializable(typeof(HeartbeatsBody))]
[JsonSerializable(typeof(HeartbeatResultsBody))]
[JsonSerializable(typeof(LimitBody))]
[JsonSerializable(typeof(PlanBody))]
[JsonSerializable(typeof(LimitLineBody))]
[JsonSerializable(typeof(LimitLineResultBody))]
[JsonSerializable(typeof(UserData))]
[JsonSerializable(typeof(StoppedBody))]
[JsonSerializable(typeof(ActiveStreams))]
[JsonSerializable(typeof(StreamLimit))]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ClientJson : JsonSerializerContext;
