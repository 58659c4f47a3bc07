using Microsoft.AspNetCore.Http;

namespace StreamChecker.Api;

/// <summary>The answer to a heartbeat: the stream may go on.</summary>
internal sealed record LiveStream(
    string Id,
    string UserId,
    string StreamId,
    string? DeviceName,
    DateTimeOffset StartedAt,
    DateTimeOffset? ExpiresAt,
    int? HeartbeatIntervalSeconds) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static LiveStream From(StreamRecord record, int? heartbeatIntervalSeconds) => new(
        record.Id.ToString(), record.UserId, record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt, heartbeatIntervalSeconds);
}
