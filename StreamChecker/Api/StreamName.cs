namespace StreamChecker.Api;

/// <summary>Which stream is meant: one that was replaced, or that replaced another.</summary>
internal sealed record StreamName(string Id, string StreamId, string? DeviceName)
{
    public static StreamName From(StreamRecord record) => new(record.Id.ToString(), record.StreamId, record.DeviceName);

    public static StreamName From(ReplacingStream stream) => new(stream.Id.ToString(), stream.StreamId, stream.DeviceName);
}
