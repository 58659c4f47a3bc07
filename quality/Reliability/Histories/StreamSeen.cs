using System.Text.Json;

namespace StreamChecker.Reliability.Histories;

/// <summary>A stream as some response showed it; its lease in milliseconds, where it showed that.</summary>
internal sealed record StreamSeen(StreamRecordId Id, string StreamId, long? ExpiresAt)
{
    public static StreamSeen In(JsonElement stream)
    {
        Assert.True(StreamRecordId.TryParse(stream.GetProperty("id").GetString(), out var id), $"The service gave out an id that it does not take back: {stream}");

        // The id holds the moment of the start; if the response shows it as well, they are the same.
        Assert.Equal(id.StartedAt, Milliseconds(stream, "startedAt") ?? id.StartedAt);
        return new(id, stream.GetProperty("streamId").GetString()!, Milliseconds(stream, "expiresAt"));
    }

    private static long? Milliseconds(JsonElement stream, string member) =>
        stream.TryGetProperty(member, out var time) && time.ValueKind == JsonValueKind.String ? time.GetDateTimeOffset().ToUnixTimeMilliseconds() : null;
}
