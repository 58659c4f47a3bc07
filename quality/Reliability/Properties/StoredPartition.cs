using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using InProcessCosmos.Documents;
using StreamChecker.Reliability.Model;
using StreamChecker.Reliability.Procedures;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Properties;

/// <summary>What the documents of a partition say, in the model's terms.</summary>
internal static class StoredPartition
{
    public static ModelPartition Of(ImmutableDictionary<string, StoredDocument> documents) =>
        documents.Values.Aggregate(ModelPartition.Empty, (partition, document) => With(partition, document, JsonNode.Parse(document.Json.Span)!.AsObject()));

    private static ModelPartition With(ModelPartition partition, StoredDocument document, JsonObject json)
    {
        Assert.Equal(ProcedureMachine.User, (string?)json["userId"]);
        return document.Id == "user" ? partition.With(User(json)) : partition.With(Record(document, json));
    }

    private static ModelUser User(JsonObject json)
    {
        AssertMembers(json, "id", "userId", "limit", "plan", "operations", "atLimit", "erasedBy");
        return new((int?)json["limit"], [.. json["operations"]?.AsArray().Select(operation => Operation(operation!.AsObject())) ?? []], (bool?)json["atLimit"], (string?)json["erasedBy"], (string?)json["plan"]);
    }

    private static ModelOperation Operation(JsonObject json)
    {
        AssertMembers(json, "id", "result");
        return new((string)json["id"]!, json["result"].Deserialize(PartitionJson.Default.StreamReply)!);
    }

    private static ModelRecord Record(StoredDocument document, JsonObject json)
    {
        AssertMembers(json, "id", "userId", "streamId", "deviceName", "deviceId", "countSameDevice", "tags", "plan", "observed", "startedAt", "expiresAt", "leaseMs", "intervalMs", "ttl", "ended");
        Assert.True(json.ContainsKey("expiresAt"), "A stream that lives until it is stopped says so.");
        var seconds = (int)json["ttl"]!;
        return new(
            document.Id, (string)json["streamId"]!, (string?)json["deviceName"], (string?)json["deviceId"], (bool?)json["countSameDevice"] ?? false,
            json["tags"]?.Deserialize<Dictionary<string, string>>(), (string?)json["plan"], json["observed"]?.Deserialize<string[]>(), (long)json["startedAt"]!, (long?)json["expiresAt"], (long)json["leaseMs"]!, (long?)json["intervalMs"],
            json["ended"] is { } ended ? Ending(ended.AsObject()) : null, seconds < 0 ? null : seconds, document.Timestamp);
    }

    private static ModelEnding Ending(JsonObject json)
    {
        AssertMembers(json, "reason", "at", "by", "sameDevice");
        return new(
            Enum.Parse<StreamEndReason>((string)json["reason"]!, ignoreCase: true), (long)json["at"]!,
            json["by"]?.Deserialize<RecordReference>(JsonSerializerOptions.Web), (bool?)json["sameDevice"] ?? false);
    }

    private static void AssertMembers(JsonObject json, params string[] known) => Assert.Empty(json.Select(member => member.Key).Except(known));
}
