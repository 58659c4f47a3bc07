using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Api;

/// <summary>The answer to a start that was admitted.</summary>
internal sealed record StartedStream(
    string Id,
    string UserId,
    string StreamId,
    string? DeviceName,
    DateTimeOffset StartedAt,
    DateTimeOffset? ExpiresAt,
    int? HeartbeatIntervalSeconds,
    int Limit,
    int Active,
    IReadOnlyList<StreamName> Replaced) : JsonAnswer
{
    [JsonIgnore]
    public bool Replayed { get; init; }

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

    protected override void WriteHeaders(HttpResponse response)
    {
        response.Headers.Location = "/stream-record/" + Id;
        if (Replayed)
        {
            response.Headers[IdempotencyKeyHeader.Replayed] = "true";
        }
    }
}
