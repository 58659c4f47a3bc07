using System.Text.Json;

namespace StreamChecker.Tests.Reliability.Histories;

/// <summary>A stream as some answer told of it; times in milliseconds, where it told them.</summary>
internal sealed record StreamSeen(StreamRecordId Id, string StreamId, long? StartedAt, long? ExpiresAt)
{
    public static StreamSeen In(JsonElement stream) =>
        StreamRecordId.TryParse(stream.GetProperty("id").GetString(), out var id)
            ? new(id, stream.GetProperty("streamId").GetString()!, Milliseconds(stream, "startedAt"), Milliseconds(stream, "expiresAt"))
            : throw new InvalidOperationException($"The service gave out an id that it does not take back: {stream}");

    private static long? Milliseconds(JsonElement stream, string member) =>
        stream.TryGetProperty(member, out var time) && time.ValueKind == JsonValueKind.String ? time.GetDateTimeOffset().ToUnixTimeMilliseconds() : null;
}
