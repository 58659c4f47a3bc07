using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamChecker.Embedded.Storage;
using StreamChecker.Partitions;
using StreamChecker.Tests.Reliability.Model;

namespace StreamChecker.Tests.Reliability.Properties;

/// <summary>What the documents of a partition say, in the model's terms.</summary>
internal static class StoredPartition
{
    public static ModelPartition Of(ImmutableDictionary<string, StoredDocument> documents, long now)
    {
        var alive = documents.Values.Where(document => !document.HasExpired(now)).ToArray();
        var limit = alive.SingleOrDefault(document => document.Id == "limit");
        return alive.Where(document => document != limit).Aggregate(
            ModelPartition.Empty.WithLimit(limit is null ? null : JsonNode.Parse(limit.Json.Span)!["maxConcurrentStreams"]!.GetValue<int>()),
            (partition, document) => partition.With(int.Parse(document.Id, System.Globalization.CultureInfo.InvariantCulture), Slot(document)));
    }

    private static ModelSlot Slot(StoredDocument document)
    {
        var json = JsonNode.Parse(document.Json.Span)!;
        var seconds = json["ttl"]!.GetValue<int>();
        return ModelSlot.Written(Stream(json), Previous(json["previous"]), seconds < 0 ? null : seconds, document.Timestamp * 1000L);
    }

    private static ModelStream? Stream(JsonNode json) => (string?)json["recordId"] is not { } recordId
        ? null
        : new(recordId, (string)json["streamId"]!, (string?)json["deviceName"], (long)json["startedAt"]!, (long?)json["expiresAt"], Ending(json["ended"]));

    private static RememberedStream? Previous(JsonNode? json) => json is null ? null : new((string)json["recordId"]!, Ending(json["ended"])!);

    private static ModelEnding? Ending(JsonNode? json) => json is null
        ? null
        : new(Enum.Parse<StreamEndReason>((string)json["reason"]!, ignoreCase: true), (long)json["at"]!, json["by"]?.Deserialize(PartitionJson.Default.ReplacedBy));
}
