namespace StreamChecker;

/// <summary>One stream of one user, as the service admitted it.</summary>
/// <param name="Id">The record's public id.</param>
/// <param name="UserId">Whose stream it is.</param>
/// <param name="StreamId">What is playing, as the caller named it.</param>
/// <param name="DeviceName">Where it is playing, as the caller named it; null where the caller did not.</param>
/// <param name="StartedAt">When it was admitted, by the database's clock.</param>
/// <param name="ExpiresAt">When it ends unless a heartbeat comes before; null where it lives until it is stopped.</param>
public sealed record StreamRecord(
    StreamRecordId Id, string UserId, string StreamId, string? DeviceName, DateTimeOffset StartedAt, DateTimeOffset? ExpiresAt);
