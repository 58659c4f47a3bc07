using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

/// <summary>What every answer of the service is: a status, a few headers and a JSON body.</summary>
internal abstract record JsonResponse : IResult
{
    /// <summary>Whether it repeats the answer to an earlier call with the same <c>Idempotency-Key</c>.</summary>
    [JsonIgnore]
    public bool Replayed { get; init; }

    [JsonIgnore]
    protected abstract int StatusCode { get; }

    [JsonIgnore]
    protected virtual string ContentType => "application/json; charset=utf-8";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCode;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        IdempotencyKeyHeader.Mark(response, Replayed);
        WriteHeaders(response);
        var json = JsonSerializer.SerializeToUtf8Bytes(this, GetType(), ApiJson.Default);
        response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            // With the request's own token the write would throw where the caller has gone, which is no fault.
            await response.Body.WriteAsync(json, CancellationToken.None);
        }
    }

    protected virtual void WriteHeaders(HttpResponse response)
    {
    }

    protected static string WholeSeconds(TimeSpan wait) =>
        Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}

/// <summary>The answer to a start that was admitted.</summary>
internal sealed record StartedStream(
    [property: Description("The stream record's id. It is opaque.")] string Id,
    [property: Description("Whose stream it is.")] string UserId,
    [property: Description("What is playing, as the caller named it.")] string StreamId,
    [property: Description("Where it is playing; null where the caller did not say.")] string? DeviceName,
    [property: Description("When the stream was admitted.")] DateTimeOffset StartedAt,
    [property: Description("When the stream ends unless a heartbeat comes before; null where it lives until it is stopped.")] DateTimeOffset? ExpiresAt,
    [property: Description("How often to send a heartbeat; null where none is needed.")] int? HeartbeatIntervalSeconds,
    [property: Description("How many streams the user may have at once.")] int Limit,
    [property: Description("How many are active, this one included.")] int Active,
    [property: Description("The streams that ended to make room, oldest first.")] IReadOnlyList<StreamReference> Replaced) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status201Created;

    public static StartedStream From(StartResult.Admitted admitted, int? heartbeatIntervalSeconds)
    {
        var record = admitted.Record;
        return new(
            record.Id.ToString(), record.UserId, record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt,
            heartbeatIntervalSeconds, admitted.Limit, admitted.Active, [.. admitted.Replaced.Select(StreamReference.From)])
        {
            Replayed = admitted.Replayed,
        };
    }

    protected override void WriteHeaders(HttpResponse response) => response.Headers.Location = "/stream-record/" + Id;
}

/// <summary>The answer to a heartbeat: the stream may go on.</summary>
internal sealed record LiveStream(
    [property: Description("The stream record's id. It is opaque.")] string Id,
    [property: Description("Whose stream it is.")] string UserId,
    [property: Description("What is playing, as the caller named it.")] string StreamId,
    [property: Description("Where it is playing; null where the caller did not say.")] string? DeviceName,
    [property: Description("When the stream was admitted.")] DateTimeOffset StartedAt,
    [property: Description("When the stream ends unless a heartbeat comes before; null where it lives until it is stopped.")] DateTimeOffset? ExpiresAt,
    [property: Description("How often to send a heartbeat; null where none is needed.")] int? HeartbeatIntervalSeconds) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static LiveStream From(StreamRecord record, int? heartbeatIntervalSeconds) => new(
        record.Id.ToString(), record.UserId, record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt, heartbeatIntervalSeconds);
}

/// <summary>What a user has running, oldest first.</summary>
internal sealed record StreamList(
    [property: Description("Whose streams they are.")] string UserId,
    [property: Description("How many streams the user may have at once.")] int Limit,
    [property: Description("How many are active.")] int Active,
    [property: Description("The active streams, oldest first.")] IReadOnlyList<StreamView> Streams) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static StreamList From(ActiveStreams active) =>
        new(active.UserId, active.Limit, active.Streams.Count, [.. active.Streams.Select(StreamView.From)]);
}

/// <summary>An active stream, as a list or a refusal shows it.</summary>
internal sealed record StreamView(
    [property: Description("The stream record's id. It is opaque.")] string Id,
    [property: Description("What is playing, as the caller named it.")] string StreamId,
    [property: Description("Where it is playing; null where the caller did not say.")] string? DeviceName,
    [property: Description("When the stream was admitted.")] DateTimeOffset StartedAt,
    [property: Description("When the stream ends unless a heartbeat comes before; null where it lives until it is stopped.")] DateTimeOffset? ExpiresAt)
{
    public static StreamView From(StreamRecord record) =>
        new(record.Id.ToString(), record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt);
}

/// <summary>Which stream is meant: one that was replaced, or that replaced another.</summary>
internal sealed record StreamReference(
    [property: Description("The stream record's id. It is opaque.")] string Id,
    [property: Description("What is playing, as the caller named it.")] string StreamId,
    [property: Description("Where it is playing; null where the caller did not say.")] string? DeviceName)
{
    public static StreamReference From(StreamRecord record) => new(record.Id.ToString(), record.StreamId, record.DeviceName);

    public static StreamReference From(ReplacingStream stream) => new(stream.Id.ToString(), stream.StreamId, stream.DeviceName);
}

/// <summary>How many streams a user may have at once.</summary>
internal sealed record LimitResponse(
    [property: Description("Whose limit it is.")] string UserId,
    [property: Description("How many streams the user may have at once.")] int MaxConcurrentStreams,
    [property: Description("Whether the user has no limit of their own.")] bool IsDefault) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static LimitResponse From(UserLimit limit) => new(limit.UserId, limit.MaxConcurrentStreams, limit.IsDefault);
}

/// <summary>How many streams were ended.</summary>
internal sealed record StoppedStreams([property: Description("How many streams were ended.")] int Stopped) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;
}

/// <summary>That a host is alive, or ready.</summary>
internal sealed record Health([property: Description("live or ready.")] string Status) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;
}
