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
    int Active) : JsonAnswer
{
    protected override int StatusCode => StatusCodes.Status201Created;

    public static StartedStream From(StartResult.Admitted admitted, int? heartbeatIntervalSeconds)
    {
        var record = admitted.Record;
        return new(
            record.Id.ToString(), record.UserId, record.StreamId, record.DeviceName, record.StartedAt, record.ExpiresAt,
            heartbeatIntervalSeconds, admitted.Limit, admitted.Active);
    }

    protected override void WriteHeaders(HttpResponse response) => response.Headers.Location = "/stream-record/" + Id;
}
