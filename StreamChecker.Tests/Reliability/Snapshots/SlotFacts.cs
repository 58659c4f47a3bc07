using System.Text.Json;
using StreamChecker.Embedded.Storage;

namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>What a document of the partition says, read from its JSON: no rule of the procedure is used.</summary>
internal sealed record SlotFacts(string Id, string? RecordId, string? PreviousRecordId, string? EndedReason, long? ExpiresAt, int? Limit)
{
    public static SlotFacts Of(StoredDocument document)
    {
        using var json = JsonDocument.Parse(document.Json);
        var root = json.RootElement;
        return new(
            document.Id,
            Text(root, "recordId"),
            root.TryGetProperty("previous", out var previous) ? Text(previous, "recordId") : null,
            root.TryGetProperty("ended", out var ended) ? Text(ended, "reason") : null,
            root.TryGetProperty("expiresAt", out var expiresAt) && expiresAt.ValueKind == JsonValueKind.Number ? expiresAt.GetInt64() : null,
            root.TryGetProperty("maxConcurrentStreams", out var limit) ? limit.GetInt32() : null);
    }

    public bool IsActive(long now) => RecordId is not null && EndedReason is null && (ExpiresAt is null || ExpiresAt > now);

    public bool Remembers(string recordId) => RecordId == recordId || PreviousRecordId == recordId;

    private static string? Text(JsonElement json, string member) => json.TryGetProperty(member, out var value) ? value.GetString() : null;
}
