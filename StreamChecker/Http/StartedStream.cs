using System.ComponentModel;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

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
    [property: Description("The streams that ended to make room, oldest first.")] IReadOnlyList<StreamName> Replaced) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status201Created;

    public static StartedStream From(StartResult.Admitted admitted, int? heartbeatIntervalSeconds)
    {
        var record = admitted.Record;
        return new(
            record.Id.ToString(), record.UserId, record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt,
            heartbeatIntervalSeconds, admitted.Limit, admitted.Active, [.. admitted.Replaced.Select(StreamName.From)])
        {
            Replayed = admitted.Replayed,
        };
    }

    protected override void WriteHeaders(HttpResponse response) => response.Headers.Location = "/stream-record/" + Id;
}
