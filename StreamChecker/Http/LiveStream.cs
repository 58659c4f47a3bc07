using System.ComponentModel;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

/// <summary>The answer to a heartbeat: the stream may go on.</summary>
internal sealed record LiveStream(
    [property: Description("The stream record's id. It is opaque.")] string Id,
    [property: Description("Whose stream it is.")] string UserId,
    [property: Description("What is playing, as the caller named it.")] string StreamId,
    [property: Description("Where it is playing; null where the caller did not say.")] string? DeviceName,
    [property: Description("When the stream was admitted.")] DateTimeOffset StartedAt,
    [property: Description("When the stream ends unless a heartbeat comes before; null where it lives until it is stopped.")] DateTimeOffset? ExpiresAt,
    [property: Description("How often to send a heartbeat; null where none is needed.")] int? HeartbeatIntervalSeconds) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static LiveStream From(StreamRecord record, int? heartbeatIntervalSeconds) => new(
        record.Id.ToString(), record.UserId, record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt, heartbeatIntervalSeconds);
}
