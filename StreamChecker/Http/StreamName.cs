using System.ComponentModel;

namespace StreamChecker.Http;

/// <summary>Which stream is meant: one that was replaced, or that replaced another.</summary>
internal sealed record StreamName(
    [property: Description("The stream record's id. It is opaque.")] string Id,
    [property: Description("What is playing, as the caller named it.")] string StreamId,
    [property: Description("Where it is playing; null where the caller did not say.")] string? DeviceName)
{
    public static StreamName From(StreamRecord record) => new(record.Id.ToString(), record.StreamId, record.DeviceName);

    public static StreamName From(ReplacingStream stream) => new(stream.Id.ToString(), stream.StreamId, stream.DeviceName);
}
