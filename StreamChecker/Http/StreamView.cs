using System.ComponentModel;

namespace StreamChecker.Http;

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
