using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using StreamChecker.Playback;
using StreamChecker.Plans;
using StreamChecker.Players;

namespace StreamChecker.Http;

/// <summary>A response of the service: a status, headers and a JSON body.</summary>
internal abstract record JsonResponse : IResult
{
    /// <summary>Whether it repeats the response to an earlier request with the same <c>Idempotency-Key</c>.</summary>
    [JsonIgnore]
    public bool Replayed { get; init; }

    [JsonIgnore]
    protected abstract int StatusCode { get; }

    [JsonIgnore]
    protected virtual string CacheControl => "no-store";

    [JsonIgnore]
    protected virtual string ContentType => "application/json; charset=utf-8";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (response.HasStarted)
        {
            // The client has read the beginning of another response, and must see that it is incomplete.
            httpContext.Abort();
            return;
        }

        response.StatusCode = StatusCode;
        response.ContentType = ContentType;
        response.Headers.CacheControl = CacheControl;
        IdempotencyKeyHeader.Mark(response, Replayed);
        WriteHeaders(response);
        using var buffer = JsonBuffer.Take();
        JsonSerializer.Serialize(buffer.Json, this, GetType(), ApiJson.Default);
        response.ContentLength = buffer.Written.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            // With the request's own token the write would throw if the client has disconnected, which is not a fault.
            await response.Body.WriteAsync(buffer.Written, CancellationToken.None);
        }
    }

    protected virtual void WriteHeaders(HttpResponse response)
    {
    }

    internal static int? WholeSeconds(TimeSpan? interval) => (int?)interval?.TotalSeconds;

    protected static string WholeSeconds(TimeSpan wait) =>
        Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}

/// <summary>The response to an admitted start.</summary>
internal sealed record StartedStream(
    [property: Description("The stream record ID. Opaque.")] string Id,
    [property: Description("The user.")] string UserId,
    [property: Description("The content, as sent with the start.")] string StreamId,
    [property: Description("The device, as sent with the start; null if none was sent.")] string? DeviceName,
    [property: Description("The time when the stream was admitted.")] DateTimeOffset StartedAt,
    [property: Description("The time when the lease expires unless a heartbeat renews it; null if the stream lives until it is stopped.")] DateTimeOffset? ExpiresAt,
    [property: Description("The interval at which to send heartbeats from now on, in seconds; null if none are needed.")] int? HeartbeatIntervalSeconds,
    [property: Description("The maximum number of concurrent streams.")] int Limit,
    [property: Description("The number of active streams, including this one.")] int Active,
    [property: Description("The streams that this start ended, oldest first.")] IReadOnlyList<ReplacedStreamView> Replaced) : JsonResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The rules that the start violates and that are only observed; absent if there are none.")]
    public IReadOnlyList<string>? Observed { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The URL for the player's own heartbeats; absent without player keys.")]
    public PlayerLink? Player { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The right to play until the lease ends, for a CDN or a licence proxy; absent without playback keys.")]
    public PlaybackToken? Playback { get; init; }

    protected override int StatusCode => StatusCodes.Status201Created;

    public static StartedStream From(StartResult.Admitted admitted)
    {
        var record = admitted.Record;
        return new(
            record.Id.ToString(), record.UserId, record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt,
            WholeSeconds(admitted.HeartbeatInterval), admitted.Limit, admitted.Active,
            admitted.Replaced.Count == 0 ? [] : [.. admitted.Replaced.Select(ReplacedStreamView.From)])
        {
            Observed = admitted.Observed is { Count: > 0 } observed ? observed : null,
            Replayed = admitted.Replayed,
        };
    }

    protected override void WriteHeaders(HttpResponse response) => response.Headers.Location = "/stream-record/" + Id;
}

/// <summary>The response to a heartbeat of an active stream.</summary>
internal sealed record LiveStream(
    [property: Description("The stream record ID. Opaque.")] string Id,
    [property: Description("The user.")] string UserId,
    [property: Description("The content, as sent with the start.")] string StreamId,
    [property: Description("The device, as sent with the start; null if none was sent.")] string? DeviceName,
    [property: Description("The time when the stream was admitted.")] DateTimeOffset StartedAt,
    [property: Description("The time when the lease expires unless a heartbeat renews it; null if the stream lives until it is stopped.")] DateTimeOffset? ExpiresAt,
    [property: Description("The interval at which to send heartbeats from now on, in seconds; null if none are needed.")] int? HeartbeatIntervalSeconds) : JsonResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The URL for the player's own heartbeats; absent unless it replaces the one that the player used.")]
    public PlayerLink? Player { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The right to play until the lease ends, for a CDN or a licence proxy; absent without playback keys.")]
    public PlaybackToken? Playback { get; init; }

    protected override int StatusCode => StatusCodes.Status200OK;

    public static LiveStream From(RenewResult.Alive alive)
    {
        var record = alive.Record;
        return new(
            record.Id.ToString(), record.UserId, record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt, WholeSeconds(alive.HeartbeatInterval));
    }
}

/// <summary>The results of many heartbeats.</summary>
internal sealed record HeartbeatResults(
    [property: Description("One result for each ID, in the order of the IDs.")] IReadOnlyList<HeartbeatResult> Results) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;
}

/// <summary>The result of one of many heartbeats: what the response to a single heartbeat says beyond what the start said.</summary>
internal sealed record HeartbeatResult(
    [property: Description("The ID, as it was sent.")] string Id,
    [property: Description("The status of a single heartbeat: 200, 400 for an invalid ID, 410 if the stream has ended, 503 if the store did not process it in time, 500.")] int Status)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The time when the lease expires unless a heartbeat renews it; absent if the stream lives until it is stopped.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The interval at which to send heartbeats, in seconds; absent if none are needed.")]
    public int? HeartbeatIntervalSeconds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The right to play until the lease ends, for a CDN or a licence proxy; absent without playback keys.")]
    public PlaybackToken? Playback { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The type of the problem, if the status is not 200.")]
    public string? Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The reason why the stream ended.")]
    public StreamEndReason? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The stream that replaced it, if it was replaced.")]
    public StreamReference? ReplacedBy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("If it was replaced: whether by a stream on the same device, by `deviceId`.")]
    public bool? SameDevice { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The trace ID of the failure in the service's log.")]
    public string? TraceId { get; init; }

    public static HeartbeatResult From(string id, RenewResult.Alive alive) =>
        new(id, StatusCodes.Status200OK) { ExpiresAt = alive.Record.ExpiresAt, HeartbeatIntervalSeconds = JsonResponse.WholeSeconds(alive.HeartbeatInterval) };

    public static HeartbeatResult From(string id, Problem problem)
    {
        var ended = problem as StreamEndedProblem;
        return new(id, problem.Status)
        {
            Type = problem.Type, Reason = ended?.Reason, ReplacedBy = ended?.ReplacedBy, SameDevice = ended?.SameDevice, TraceId = problem.TraceId,
        };
    }
}

/// <summary>A user's active streams.</summary>
internal sealed record StreamList(
    [property: Description("The user.")] string UserId,
    [property: Description("The maximum number of concurrent streams.")] int Limit,
    [property: Description("The number of active streams.")] int Active,
    [property: Description("The active streams, oldest first.")] IReadOnlyList<StreamView> Streams) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static StreamList From(ActiveStreams active) =>
        new(active.UserId, active.Limit, active.Streams.Count, [.. active.Streams.Select(StreamView.From)]);
}

/// <summary>An active stream in a list or in a rejected start.</summary>
internal sealed record StreamView(
    [property: Description("The stream record ID. Opaque.")] string Id,
    [property: Description("The content, as sent with the start.")] string StreamId,
    [property: Description("The device, as sent with the start; null if none was sent.")] string? DeviceName,
    [property: Description("The time when the stream was admitted.")] DateTimeOffset StartedAt,
    [property: Description("The time when the lease expires unless a heartbeat renews it; null if the stream lives until it is stopped.")] DateTimeOffset? ExpiresAt)
{
    public static StreamView From(StreamRecord record) =>
        new(record.Id.ToString(), record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt);
}

/// <summary>A stream that is active.</summary>
internal sealed record ActiveStream(
    [property: Description("The stream record ID. Opaque.")] string Id,
    [property: Description("The user.")] string UserId,
    [property: Description("The content, as sent with the start.")] string StreamId,
    [property: Description("The device, as sent with the start; null if none was sent.")] string? DeviceName,
    [property: Description("The time when the stream was admitted.")] DateTimeOffset StartedAt,
    [property: Description("The time when the lease expires unless a heartbeat renews it; null if the stream lives until it is stopped.")] DateTimeOffset? ExpiresAt) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static ActiveStream From(StreamRecord record) =>
        new(record.Id.ToString(), record.UserId, record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt);
}

/// <summary>The keys that verify playback tokens, as a JSON Web Key Set (RFC 7517).</summary>
internal sealed record PlaybackKeySet([property: Description("The keys; empty without playback keys.")] IReadOnlyList<PublicKey> Keys) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;

    protected override string CacheControl => "public, max-age=300";
}

/// <summary>A stream that replaced another.</summary>
internal sealed record StreamReference(
    [property: Description("The stream record ID. Opaque.")] string Id,
    [property: Description("The content, as sent with the start.")] string StreamId,
    [property: Description("The device, as sent with the start; null if none was sent.")] string? DeviceName)
{
    public static StreamReference From(ReplacingStream stream) => new(stream.Id.ToString(), stream.StreamId, stream.DeviceName);
}

/// <summary>A stream that a start ended.</summary>
internal sealed record ReplacedStreamView(
    [property: Description("The stream record ID. Opaque.")] string Id,
    [property: Description("The content, as sent with the start.")] string StreamId,
    [property: Description("The device, as sent with the start; null if none was sent.")] string? DeviceName,
    [property: Description("Whether it was on the same device, by `deviceId`.")] bool SameDevice)
{
    public static ReplacedStreamView From(ReplacedStream stream) => new(stream.Id.ToString(), stream.StreamId, stream.DeviceName, stream.SameDevice);
}

/// <summary>A user's stream limit.</summary>
internal sealed record LimitResponse(
    [property: Description("The user.")] string UserId,
    [property: Description("The maximum number of concurrent streams.")] int MaxConcurrentStreams,
    [property: Description("Whether the user has neither a limit nor a plan of their own.")] bool IsDefault,
    [property: Description("The user's plan.")] string Plan) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static LimitResponse From(UserLimit limit) => new(limit.UserId, limit.MaxConcurrentStreams, limit.IsDefault, limit.Plan);
}

/// <summary>The result of one of many changes of limits.</summary>
internal sealed record LimitResult(
    [property: Description("The number of the line in the request, from 1.")] int Line,
    [property: Description("The status of a single change: 200, 400 for an invalid line, 422 for a reused key, 503 if the store did not process it in time, 500.")] int Status)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The user; absent if the line is invalid.")]
    public string? UserId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The maximum number of concurrent streams, if the status is 200.")]
    public int? MaxConcurrentStreams { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Whether the user has neither a limit nor a plan of their own, if the status is 200.")]
    public bool? IsDefault { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The user's plan, if the status is 200.")]
    public string? Plan { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("`true` if an earlier change with the same `idempotencyKey` took effect; otherwise absent.")]
    public bool? Replayed { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The type of the problem, if the status is not 200.")]
    public string? Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("An explanation of the problem.")]
    public string? Detail { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The invalid field of the line.")]
    public string? Field { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The trace ID of the failure in the service's log.")]
    public string? TraceId { get; init; }

    public static LimitResult From(int line, SetLimitResult.LimitSet set) => new(line, StatusCodes.Status200OK)
    {
        UserId = set.Limit.UserId,
        MaxConcurrentStreams = set.Limit.MaxConcurrentStreams,
        IsDefault = set.Limit.IsDefault,
        Plan = set.Limit.Plan,
        Replayed = set.Replayed ? true : null,
    };

    public static LimitResult From(int line, Problem problem, string? userId) => new(line, problem.Status)
    {
        UserId = userId, Type = problem.Type, Detail = problem.Detail, Field = problem.Field, TraceId = problem.TraceId,
    };
}

/// <summary>Everything that is held about a user.</summary>
internal sealed record UserDataResponse(
    [property: Description("The user.")] string UserId,
    [property: Description("The user's own limit; null for that of the plan. Held until it is reset, or the user is erased.")] int? MaxConcurrentStreams,
    [property: Description("The user's own plan; null for the default. Held until it is reset, or the user is erased.")] string? Plan,
    [property: Description("The operations that are remembered for retries, oldest first. Each is forgotten after eight later operations.")] IReadOnlyList<OperationView> Operations,
    [property: Description("All stream records, those of ended streams included, oldest first.")] IReadOnlyList<HeldRecordView> Records) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static UserDataResponse From(UserData data) => new(
        data.UserId, data.MaxConcurrentStreams, data.Plan, [.. data.Operations.Select(OperationView.From)], [.. data.Records.Select(HeldRecordView.From)]);
}

/// <summary>An operation that is remembered for retries.</summary>
internal sealed record OperationView(
    [property: Description("Its ID: random, or a hash of the user and the `Idempotency-Key`.")] string Id,
    [property: Description("The operation.")] OperationKind Operation,
    [property: Description("The number of stopped streams, or the user's own limit afterwards; null without one.")] int? Number,
    [property: Description("The user's own plan after a change of the limit or plan; null without one.")] string? Plan)
{
    public static OperationView From(RememberedOperation operation) => new(operation.Id, operation.Kind, operation.Number, operation.Plan);
}

/// <summary>A stream record with all that it holds.</summary>
internal sealed record HeldRecordView(
    [property: Description("The stream record ID. Opaque.")] string Id,
    [property: Description("The content, as sent with the start.")] string StreamId,
    [property: Description("The device, as sent with the start; null if none was sent.")] string? DeviceName,
    [property: Description("The device's identifier, as sent with the start; null if none was sent.")] string? DeviceId,
    [property: Description("The treatment of the device's other streams.")] SameDevice SameDevice,
    [property: Description("The tags, as sent with the start.")] IReadOnlyDictionary<string, string> Tags,
    [property: Description("The plan, as sent with the start; null if none was sent.")] string? Plan,
    [property: Description("The rules that the start violated and that were only observed.")] IReadOnlyList<string> Observed,
    [property: Description("The time when the stream was admitted.")] DateTimeOffset StartedAt,
    [property: Description("The time when the lease expires or expired; null if the stream lives until it is stopped.")] DateTimeOffset? ExpiresAt,
    [property: Description("The time when the stream ended; null if no end is recorded.")] DateTimeOffset? EndedAt,
    [property: Description("The reason why the stream ended; null if no end is recorded.")] StreamEndReason? Reason,
    [property: Description("The stream that replaced it; null if it was not replaced.")] StreamReference? ReplacedBy,
    [property: Description("The latest time at which the record is deleted; null while the stream lives until it is stopped.")] DateTimeOffset? ForgottenAt)
{
    public static HeldRecordView From(HeldStream held) => new(
        held.Record.Id.ToString(), held.Record.StreamId, held.Record.DeviceName, held.DeviceId, held.SameDevice, held.Tags, held.Plan, held.Observed,
        held.Record.StartedAt, held.Record.ExpiresAt,
        held.EndedAt, held.Ending?.Reason, held.Ending?.ReplacedBy is { } by ? StreamReference.From(by) : null, held.ForgottenAt);
}

/// <summary>The number of streams that were ended.</summary>
internal sealed record StoppedStreams([property: Description("The number of streams that were ended.")] int Stopped) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;
}

/// <summary>The result of a successful health check.</summary>
internal sealed record Health([property: Description("`live` or `ready`.")] string Status) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(StartedStream))]
[JsonSerializable(typeof(LiveStream))]
[JsonSerializable(typeof(HeartbeatResults))]
[JsonSerializable(typeof(StreamList))]
[JsonSerializable(typeof(StoppedStreams))]
[JsonSerializable(typeof(LimitResponse))]
[JsonSerializable(typeof(PlanList))]
[JsonSerializable(typeof(LimitResult))]
[JsonSerializable(typeof(UserDataResponse))]
[JsonSerializable(typeof(ActiveStream))]
[JsonSerializable(typeof(PlaybackKeySet))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(LimitReachedProblem))]
[JsonSerializable(typeof(StreamEndedProblem))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>Times as RFC 3339 in UTC with milliseconds: always 24 characters, <c>2026-01-31T20:15:00.000Z</c>.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    // The round-trip format is much faster than a custom one, and equal up to the milliseconds.
    private const string RoundTrip = "O";
    private const int RoundTripLength = 28;
    private const int Length = 24;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[RoundTripLength];
        value.UtcDateTime.TryFormat(text, out _, RoundTrip, CultureInfo.InvariantCulture);
        text[Length - 1] = (byte)'Z';
        writer.WriteStringValue(text[..Length]);
    }
}
