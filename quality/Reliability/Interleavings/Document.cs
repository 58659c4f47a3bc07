using System.Text.Json;
using Jint.Native;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>A document of a partition, and what its JSON says: no rule of the procedure is used.</summary>
internal sealed class Document
{
    public required string Id { get; init; }

    public required string Json { get; init; }

    /// <summary>The second of its last write.</summary>
    public required long Ts { get; init; }

    /// <summary>When its time to live is over; <see cref="long.MaxValue"/> for never.</summary>
    public required long Due { get; init; }

    /// <summary>As the script sees it.</summary>
    public required JsValue Script { get; init; }

    /// <summary>A bit for each id, to see what two transactions both wrote.</summary>
    public required ulong IdBit { get; init; }

    /// <summary>The stream that it is the record of; null for the user document.</summary>
    public StreamFacts? Stream { get; init; }

    /// <summary>The user's own limit; null where it is the default, or this is a record.</summary>
    public int? Limit { get; init; }

    /// <summary>The user's own plan, or the plan that a start named; null for none.</summary>
    public string? Plan { get; init; }

    /// <summary>Whether the last start left the user at the limit; null where that is not known, or this is a record.</summary>
    public bool? AtLimit { get; init; }

    /// <summary>The one document that is no record.</summary>
    public bool IsUser => Id is "user" or "limit";
}

/// <summary>A stream's record. A key that is used again after its record was forgotten is another stream: the moment of its start distinguishes them.</summary>
/// <param name="Bit">A bit of its own.</param>
/// <param name="Key">The record's key.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="ExpiresAt">The end of its lease; <see cref="long.MaxValue"/> where it lives until it is stopped.</param>
/// <param name="RenewedAt">When its lease began.</param>
/// <param name="IntervalMs">The heartbeat interval that its player last received; null where there is only one speed.</param>
/// <param name="Ended">How it ended; null where that is not written.</param>
/// <param name="EndedAt">When.</param>
/// <param name="DeviceId">Its device; null where its start named none.</param>
/// <param name="CountSameDevice">Whether its start left other streams of the device alive.</param>
/// <param name="Tags">Its tags, as <c>name=value</c>.</param>
internal sealed record StreamFacts(
    UInt128 Bit, string Key, long StartedAt, long ExpiresAt, long RenewedAt, long? IntervalMs, string? Ended, long EndedAt, string? DeviceId, bool CountSameDevice, string Tags)
{
    public long NewestTime => Math.Max(Math.Max(StartedAt, RenewedAt), EndedAt);

    public bool IsActive(long moment) => Ended is null && ExpiresAt > moment;

    public bool IsSame(StreamFacts other) => Bit == other.Bit;

    public static StreamFacts? Of(JsonElement document, Func<string, long, UInt128> bit)
    {
        // Records as they are now, and the slots of the procedure before.
        if (!document.TryGetProperty("startedAt", out var startedAt))
        {
            return null;
        }

        var key = document.TryGetProperty("recordId", out var recordId) ? recordId.GetString()! : document.GetProperty("id").GetString()!;
        var lives = document.GetProperty("expiresAt") is { ValueKind: JsonValueKind.Number } expiresAt ? expiresAt.GetInt64() : long.MaxValue;
        var ended = document.TryGetProperty("ended", out var ending) ? ending : default;
        return new(
            bit(key, startedAt.GetInt64()),
            key,
            startedAt.GetInt64(),
            lives,
            lives == long.MaxValue ? startedAt.GetInt64() : lives - document.GetProperty("leaseMs").GetInt64(),
            document.TryGetProperty("intervalMs", out var interval) ? interval.GetInt64() : null,
            ended.ValueKind == JsonValueKind.Object ? ended.GetProperty("reason").GetString() : null,
            ended.ValueKind == JsonValueKind.Object ? ended.GetProperty("at").GetInt64() : 0,
            document.TryGetProperty("deviceId", out var deviceId) ? deviceId.GetString() : null,
            document.TryGetProperty("countSameDevice", out var counts) && counts.GetBoolean(),
            document.TryGetProperty("tags", out var tags) ? string.Join(' ', tags.EnumerateObject().Select(tag => $"{tag.Name}={tag.Value}")) : "");
    }
}
