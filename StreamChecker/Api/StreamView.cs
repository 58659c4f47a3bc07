namespace StreamChecker.Api;

/// <summary>An active stream, as a list or a refusal shows it.</summary>
internal sealed record StreamView(string Id, string StreamId, string? DeviceName, DateTimeOffset StartedAt, DateTimeOffset? ExpiresAt)
{
    public static StreamView From(StreamRecord record) =>
        new(record.Id.ToString(), record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt);
}
